import { TakingsError } from '../model/errors.ts'

export function invalid(option: string, problem: string, advice: string): TakingsError {
  return new TakingsError('invalid_option', { option, problem, advice })
}
