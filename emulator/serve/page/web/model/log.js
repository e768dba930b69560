/**
 * The log of a node. A Log never changes; put and keep return another one, which shares
 * its entries.
 *
 * @module
 */

import {Chunks} from './chunks.js'

/** @typedef {import('./types.js').Entry} Entry */

export class Log {
  /** @param {Chunks<Entry>} entries */
  constructor(entries) {
    /** @private */
    this.entries = entries
  }

  /**
   * @param {Iterable<Entry>} [entries] from index 1 on
   * @returns {Log}
   */
  static of(entries = []) {
    return new Log(Chunks.of(entries))
  }

  /** The index of the last entry; 0: the log is empty. */
  get last() {
    return this.entries.length
  }

  /** The term of the last entry; 0: the log is empty. */
  get lastTerm() {
    return this.term(this.last)
  }

  /**
   * The entry at an index from 1 to last.
   * @param {number} index
   * @returns {Entry}
   */
  at(index) {
    return this.entries.at(index - 1)
  }

  /**
   * The term of the entry at an index: 0 at index 0, and -1 where there is no entry.
   * @param {number} index
   */
  term(index) {
    if (index === 0) return 0
    return index > 0 && index <= this.last ? this.at(index).term : -1
  }

  /**
   * The log with another entry behind its last one.
   * @param {Entry} entry
   */
  put(entry) {
    return new Log(this.entries.append(entry))
  }

  /**
   * The log up to an index.
   * @param {number} index
   */
  keep(index) {
    return index >= this.last ? this : new Log(this.entries.keep(index))
  }

  /**
   * The log up to index kept, and then the entries from place from on.
   * @param {number} kept
   * @param {Entry[]} entries
   * @param {number} [from]
   */
  replace(kept, entries, from = 0) {
    let list = this.entries.keep(kept)
    for (let i = from; i < entries.length; i++) list = list.append(entries[i])
    return new Log(list)
  }

  /**
   * The entries from index first to index last, as a copy.
   * @param {number} [first]
   * @param {number} [last]
   */
  slice(first = 1, last = this.last) {
    return this.entries.slice(first - 1, last)
  }

  /**
   * The last index up to which two logs have entries of the same terms.
   * @param {Log} other
   */
  agreesTo(other) {
    const end = Math.min(this.last, other.last)
    let i = 0
    while (i < end && (this.at(i + 1) === other.at(i + 1) || this.at(i + 1).term === other.at(i + 1).term)) i++
    return i
  }
}
