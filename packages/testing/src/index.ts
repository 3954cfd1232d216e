export { createSeededRandom } from './seeded-random.ts'
export { createTestClock, type TestClock, type TestClockOptions } from './test-clock.ts'
