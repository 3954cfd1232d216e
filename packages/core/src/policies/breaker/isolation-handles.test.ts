import { describe, expect, it } from 'vitest'
import { createIsolationHandles } from './isolation-handles.ts'

function openTrial() {
  const changes: string[] = []
  const handles = createIsolationHandles((key, state) => changes.push(`${key} ${state}`))
  return { handles, changes }
}

describe('handles of an isolation', () => {
  it('isolate with each that is taken and close with the last', () => {
    const { handles, changes } = openTrial()
    const [first, second] = [handles.isolate('a'), handles.isolate('a')]
    first[Symbol.dispose]()
    expect(changes).toEqual(['a isolated', 'a isolated'])
    second[Symbol.dispose]()
    expect(changes).toEqual(['a isolated', 'a isolated', 'a closed'])
  })

  it('count once, however often they are disposed', () => {
    const { handles, changes } = openTrial()
    const [first] = [handles.isolate('a'), handles.isolate('a')]
    first[Symbol.dispose]()
    first[Symbol.dispose]()
    expect(changes).not.toContain('a closed')
  })

  it('count by key', () => {
    const { handles, changes } = openTrial()
    handles.isolate('a')
    handles.isolate('b')[Symbol.dispose]()
    expect(changes).toEqual(['a isolated', 'b isolated', 'b closed'])
  })

  it('are void after a reset, and new ones isolate again', () => {
    const { handles, changes } = openTrial()
    const old = handles.isolate('a')
    handles.reset('a')
    handles.isolate('a')
    old[Symbol.dispose]()
    expect(changes).toEqual(['a isolated', 'a isolated'])
  })
})
