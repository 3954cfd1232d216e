import { expect, it } from 'vitest'
import { type Finalizer, runFinalizers } from './finalizers.ts'

it('runs them one by one, the last added first, and gives all errors', async () => {
  const order: string[] = []
  const add = (name: string, error?: Error): Finalizer => {
    return async () => {
      order.push(name)
      await undefined
      order.push(`/${name}`)
      if (error) throw error
    }
  }
  const errors = [new Error('b'), new Error('c')]
  expect(await runFinalizers([add('a'), add('b', errors[0]), add('c', errors[1])])).toEqual([errors[1], errors[0]])
  expect(order).toEqual(['c', '/c', 'b', '/b', 'a', '/a'])
})

it('also runs those that are added meanwhile', async () => {
  const order: string[] = []
  const finalizers: Finalizer[] = [() => void order.push('first')]
  finalizers.push(() => {
    order.push('second')
    finalizers.push(() => void order.push('late'))
  })
  await runFinalizers(finalizers)
  expect([order, finalizers]).toEqual([['second', 'late', 'first'], []])
})
