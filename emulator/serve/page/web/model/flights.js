/**
 * The messages on their way, by id. A message has more than one copy when the network
 * duplicated it. A copy that a rule holds is in here too.
 *
 * @module
 */

import {Shelf} from './shelf.js'

/** @typedef {import('./types.js').Flight} Flight */
/** @typedef {import('./types.js').Message} Message */

/** Messages are neighbours on the shelf when they were sent one after the other. */
const bucketOf = (/** @type {number} */ id) => Math.floor(id / 64)

export class Flights {
  /** @param {Shelf<number, Flight[]>} [shelf] */
  constructor(shelf = new Shelf(bucketOf)) {
    /** @private */
    this.shelf = shelf
  }

  copy() {
    return new Flights(this.shelf.copy())
  }

  /** The number of ids. */
  get size() {
    return this.shelf.size
  }

  /**
   * The copies of a message.
   * @param {number} id
   */
  get(id) {
    return this.shelf.get(id)
  }

  /** @param {number} id */
  has(id) {
    return this.shelf.has(id)
  }

  [Symbol.iterator]() {
    return this.shelf[Symbol.iterator]()
  }

  keys() {
    return this.shelf.keys()
  }

  values() {
    return this.shelf.values()
  }

  /** All copies, in the order in which they were sent. */
  all() {
    return [...this.values()].flat().sort((a, b) => a.id - b.id)
  }

  /**
   * Another copy of a message is on its way.
   * @param {Message} message
   * @param {number} sentAt
   * @param {string} [held]
   * @param {boolean} [outside]
   */
  send(message, sentAt, held = '', outside = false) {
    const {id, from, to} = message
    const flight = {id, message, held, sentAt, from, to, outside}
    const others = this.shelf.get(id)
    this.shelf.set(id, others === undefined ? [flight] : [...others, flight])
  }

  /**
   * A rule holds a message, or lets it go for held = ''.
   * @param {number} id
   * @param {string} from by which it is held now
   * @param {string} held
   */
  hold(id, from, held) {
    const copies = this.shelf.get(id)
    const k = copies === undefined ? -1 : copies.findIndex((f) => f.held === from)
    if (copies === undefined || k < 0) return
    const changed = copies.slice()
    changed[k] = {...changed[k], held}
    this.shelf.set(id, changed)
  }

  /**
   * One copy of a message arrived or was lost: if there is one, a copy that this rule
   * holds, and otherwise one that none holds.
   * @param {number} id
   * @param {string} [rule]
   */
  end(id, rule = '') {
    const copies = this.shelf.get(id)
    if (copies === undefined) return
    let k = rule === '' ? -1 : copies.findIndex((f) => f.held === rule)
    if (k < 0) k = copies.findIndex((f) => f.held === '')
    if (k < 0) return
    if (copies.length === 1) this.shelf.delete(id)
    else this.shelf.set(id, copies.filter((_, i) => i !== k))
  }
}
