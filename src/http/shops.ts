import type { Change } from '../model/change.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'

/** Where figures come from and where imports go. */
export interface Shops {
  /** The shop that pages show: the demo until real data was imported. */
  current(): Promise<{ readonly warehouse: Warehouse; readonly demo: boolean }>
  /** The warehouse of real data, made when it is not there yet. Imports always go to it. */
  real(): Promise<Warehouse>
  /** Throws where no file may go into the real one; left out: all may. */
  refuseFiles?(): void
  /** Hears of every commit to one of them. Gives a function that ends it. */
  onCommit(listener: (change: Change) => void): () => void
}
