/**
 * A list in chunks that many versions share.
 *
 * A Chunks never changes: append, with and keep return another one. That costs little,
 * because the two share all chunks but one. An append even writes into the last chunk in
 * place, behind the end of every version that has it; only the version that ends where the
 * chunk ends may do so, and any other one copies the chunk first.
 *
 * @module
 */

const BITS = 5
const SIZE = 1 << BITS
const MASK = SIZE - 1

/** @template T */
export class Chunks {
  /**
   * @param {T[][]} spine
   * @param {number} length
   */
  constructor(spine, length) {
    this.spine = spine
    this.length = length
  }

  /**
   * @template T
   * @param {Iterable<T>} [items]
   * @returns {Chunks<T>}
   */
  static of(items = []) {
    /** @type {Chunks<T>} */
    let list = new Chunks([], 0)
    for (const item of items) list = list.append(item)
    return list
  }

  /**
   * @param {number} i from 0 to length - 1
   * @returns {T}
   */
  at(i) {
    return this.spine[i >>> BITS][i & MASK]
  }

  /**
   * The list with one more item at its end.
   * @param {T} item
   * @returns {Chunks<T>}
   */
  append(item) {
    const k = this.length >>> BITS
    const place = this.length & MASK
    let spine = this.spine
    if (place === 0) {
      if (spine.length !== k) spine = spine.slice(0, k)
      spine.push([item])
    } else if (spine.length === k + 1 && spine[k].length === place) {
      spine[k].push(item)
    } else {
      const chunk = spine[k].slice(0, place)
      chunk.push(item)
      spine = spine.slice(0, k)
      spine.push(chunk)
    }
    return new Chunks(spine, this.length + 1)
  }

  /**
   * The list with another item at place i.
   * @param {number} i
   * @param {T} item
   * @returns {Chunks<T>}
   */
  with(i, item) {
    const k = i >>> BITS
    const spine = this.spine.slice(0, (this.length + MASK) >>> BITS)
    spine[k] = spine[k].slice(0, Math.min(SIZE, this.length - (k << BITS)))
    spine[k][i & MASK] = item
    return new Chunks(spine, this.length)
  }

  /**
   * The first items of the list.
   * @param {number} length
   * @returns {Chunks<T>}
   */
  keep(length) {
    return length >= this.length ? this : new Chunks(this.spine, length)
  }

  /**
   * The list without its first chunks: at most the first items are gone, a multiple of 32.
   * @param {number} items
   * @returns {Chunks<T>}
   */
  forget(items) {
    const k = Math.min(items, this.length) >>> BITS
    return k === 0 ? this : new Chunks(this.spine.slice(k), this.length - (k << BITS))
  }

  /**
   * A copy of the items from place from up to, without, place to.
   * @param {number} [from]
   * @param {number} [to]
   * @returns {T[]}
   */
  slice(from = 0, to = this.length) {
    const items = []
    for (let i = Math.max(from, 0); i < Math.min(to, this.length); i++) items.push(this.at(i))
    return items
  }
}
