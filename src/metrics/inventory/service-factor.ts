import type { ServiceLevel } from '../../model/inventory.ts'

/**
 * How many standard deviations of the demand are kept in reserve, so that it exceeds what is there in no more than the
 * other cases: the quantile of the standard normal distribution. Source: NIST/SEMATECH e-Handbook of Statistical
 * Methods, 1.3.6.7.1.
 */
export const serviceFactors: Readonly<Record<ServiceLevel, string>> = {
  '80': '0.841621',
  '85': '1.036433',
  '90': '1.281552',
  '95': '1.644854',
  '97.5': '1.959964',
  '98': '2.053749',
  '99': '2.326348',
  '99.5': '2.575829',
  '99.9': '3.090232',
}
