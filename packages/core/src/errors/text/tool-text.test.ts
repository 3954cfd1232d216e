import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { plainText, quotedText } from './tool-text.ts'

const whole = (text: string): string => plainText(text, 1000)

describe('plainText', () => {
  it('drops the frames of a stack of this runtime', () => {
    const { stack = '' } = new Error('boom')
    expect(whole(stack)).toBe('Error: boom')
  })

  it.each([
    [
      'Error: x\n    at run (/app/tool.js:1:2)\n    at async Promise.all (index 0)\n    at node:internal/x:9:9',
      'Error: x at async Promise.all (index 0)',
    ],
    ['x\n\tat com.acme.Tool.run(Tool.java:12)\n\t... 3 more\nCaused by: y', 'x Caused by: y'],
    ['Traceback (most recent call last):\n  File "/app/a.py", line 3, in f\nValueError: x', 'ValueError: x'],
    ['panic: x\ngoroutine 1 [running]:\n\t/app/main.go:12 +0x1d', 'panic: x'],
    ['x at run (file:///app/a.js:1:2) at Object.go [as it] (C:\\Program Files\\a.js:1:2) end', 'x end'],
    ['x at async file:///app/a.js:1:2 end', 'x end'],
    ['x run@https://h/a.js:1:2 end', 'x end'],
  ])('drops frames from %j', (text, shown) => {
    expect(whole(text)).toBe(shown)
  })

  it.each(['src/a.ts:10:5 - error TS2304: x', 'the train leaves at 10:20:30', 'look at this (it is long) and that'])(
    'leaves %s alone',
    (text) => {
      expect(whole(text)).toBe(text)
    },
  )

  it('puts lines together and drops what controls a terminal or hides', () => {
    expect(whole('a\r\nb\u0000\u001b[31mred\u001b[0m\u202e\u200bc \u{e0041}d')).toBe('a b redc d')
  })

  it('redacts', () => {
    expect(whole('password=hunter2')).toBe('password=[redacted]')
    expect(whole('password=\nhunter2')).toBe('password= [redacted]')
  })

  it('does not cut a secret in two where it stops reading', () => {
    const text = `Bearer ${'x'.repeat(15_980)} sk-abcdefghijklmnopqrstuvwx`
    expect(whole(text)).not.toContain('sk-')
  })

  it('cuts without breaking a character', () => {
    expect(plainText('🙂🙂🙂', 4)).toBe('🙂\ufffd…')
    expect(plainText('abc', 3)).toBe('abc')
  })

  it('stays in its length, on one line and well-formed for any text', () => {
    const units = fc.array(fc.integer({ min: 0, max: 0xffff })).map((codes) => String.fromCharCode(...codes))
    fc.assert(
      fc.property(units, fc.integer({ min: 3, max: 80 }), (text, length) => {
        const shown = quotedText(text, length)
        expect(shown.length).toBeLessThanOrEqual(length)
        expect(shown.isWellFormed()).toBe(true)
        expect(/^"[^"\r\n]*"$/.test(shown)).toBe(true)
      }),
    )
  })
})
