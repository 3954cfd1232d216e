import type { CreateContender } from '../contender.ts'
import { createCockatiel } from './cockatiel.ts'

/** cockatiel at its best: all four policies, and no abort after a success. */
export const create: CreateContender = (workload) => createCockatiel(workload, false)
