/**
 * The records of a run, and the cluster at any of them.
 *
 * Records stand in blocks of 256. Each block has the cluster before its first record, from
 * which at() goes on to the moment that is wanted. When there are more records than it
 * keeps, the oldest block goes, and the next one's cluster is where everything begins.
 *
 * @module
 */

import {Cluster} from './cluster.js'
import {Marks} from './marks.js'

/** @typedef {import('./types.js').Header} Header */
/** @typedef {import('./types.js').Plain} Plain */
/** @typedef {import('./types.js').TraceRecord} TraceRecord */
/** @typedef {import('./types.js').Wanted} Wanted */
/** @typedef {import('./types.js').Whole} Whole */
/** @typedef {{from: number, cluster: Cluster, records: TraceRecord[]}} Block */

const BLOCK = 256

/** The number of clusters that at() remembers. */
const REMEMBERED = 24

export class History {
  /** @param {{keep?: number, header?: Partial<Header>|null, start?: Cluster}} [options] */
  constructor({keep = 131072, header = null, start} = {}) {
    this.keep = keep
    this.header = header
    this.marks = new Marks()
    /** @private the cluster after the newest record */
    this.now = start ?? Cluster.begin(header)
    /** @private @type {Block[]} */
    this.blocks = []
    /** @private @type {Map<number, Cluster>} the one that was used last at the end */
    this.remembered = new Map()
    /** @private @type {Map<number, number|number[]>} the records that ended the copies of a message */
    this.ends = new Map()
    /** @private */
    this.begun = this.now.seq > 0
  }

  /**
   * A history that begins with a whole state, and goes on with the record after it.
   * @param {Plain & Partial<Whole>} whole
   * @param {{keep?: number, header?: Partial<Header>|null}} [options]
   */
  static from(whole, {keep, header = null} = {}) {
    return new History({keep, header, start: Cluster.from(whole, header)})
  }

  /** The seq of the oldest record; one more than last when there is none. */
  get first() {
    return this.blocks.length === 0 ? this.now.seq + 1 : this.blocks[0].from
  }

  /** The seq of the newest record; that of the whole state, or 0, when there is none. */
  get last() {
    return this.now.seq
  }

  /** The number of records. */
  get length() {
    return this.last - this.first + 1
  }

  /**
   * Takes a record, which belongs to the history from now on. It returns false for one that
   * is there already. The first record may have any seq; a gap behind it is an error.
   * @param {TraceRecord} record
   */
  push(record) {
    if (!this.begun) {
      this.now.seq = record.seq - 1
      this.begun = true
    }
    if (record.seq <= this.last) return false
    if (record.seq !== this.last + 1) throw new RangeError(`records ${this.last + 1} to ${record.seq - 1} are missing`)
    this.share(record)
    let block = this.blocks[this.blocks.length - 1]
    if (block === undefined || block.records.length === BLOCK) {
      block = {from: record.seq, cluster: this.now.copy(), records: []}
      this.blocks.push(block)
      this.forget()
    }
    block.records.push(record)
    this.note(record)
    this.now.advance(record)
    this.marks.follow(record, this.now)
    return true
  }

  /**
   * Lets all records of a message share one object.
   * @private
   * @param {TraceRecord} record
   */
  share(record) {
    if (record.message === undefined) return
    const copies = this.now.messages.get(record.message.id)
    if (copies !== undefined) record.message = copies[0].message
  }

  /**
   * Notes the record in which a message arrived or was lost.
   * @private
   * @param {TraceRecord} record
   */
  note({seq, event, message}) {
    if (message === undefined || !(event.startsWith('Handle') || event.startsWith('Drop'))) return
    const others = this.ends.get(message.id)
    if (others === undefined) this.ends.set(message.id, seq)
    else this.ends.set(message.id, typeof others === 'number' ? [others, seq] : [...others, seq])
  }

  /**
   * Forgets the oldest records if there are too many.
   * @private
   */
  forget() {
    let gone = 0
    while ((this.blocks.length - 2 - gone) * BLOCK >= this.keep) gone++ // the last one is still empty
    if (gone === 0) return
    for (const block of this.blocks.splice(0, gone)) {
      for (const {message} of block.records) if (message !== undefined) this.ends.delete(message.id)
    }
    for (const seq of this.remembered.keys()) if (seq < this.first - 1) this.remembered.delete(seq)
    this.marks.forget(this.first)
  }

  /**
   * The cluster after the record seq; for first - 1 the one before all records. A seq
   * outside counts as the nearest one. The cluster must not be changed.
   * @param {number} seq
   * @returns {Cluster}
   */
  at(seq) {
    seq = Math.max(this.first - 1, Math.min(seq, this.last))
    let cluster = this.remembered.get(seq)
    if (cluster === undefined) cluster = this.rebuilt(seq)
    else this.remembered.delete(seq)
    this.remembered.set(seq, cluster)
    for (const old of this.remembered.keys()) {
      if (this.remembered.size <= REMEMBERED) break
      this.remembered.delete(old)
    }
    return cluster
  }

  /**
   * @private
   * @param {number} seq
   */
  rebuilt(seq) {
    if (seq === this.last || this.blocks.length === 0) return this.now.copy()
    const block = this.blockOf(Math.max(seq, this.first))
    let base = block.cluster
    for (const [at, cluster] of this.remembered) if (at <= seq && at > base.seq) base = cluster
    const cluster = base.copy()
    for (let i = base.seq + 1; i <= seq; i++) cluster.advance(block.records[i - block.from])
    return cluster
  }

  /**
   * @private
   * @param {number} seq of a record that is there
   */
  blockOf(seq) {
    return this.blocks[Math.floor((seq - this.first) / BLOCK)]
  }

  /**
   * @param {number} seq
   * @returns {TraceRecord|null} null: it is not there
   */
  record(seq) {
    if (!(seq >= this.first && seq <= this.last)) return null
    const block = this.blockOf(seq)
    return block.records[seq - block.from]
  }

  /**
   * The records that ended the copies of a message: each arrived or was lost there.
   * @param {number} id
   * @returns {number[]}
   */
  endsOf(id) {
    const ends = this.ends.get(id)
    return ends === undefined ? [] : typeof ends === 'number' ? [ends] : ends
  }

  /**
   * The seq of the newest record at or before a time; first - 1 if all are later.
   * @param {number} time
   */
  seqAt(time) {
    let low = this.first - 1
    let high = this.last
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      const record = this.record(middle)
      if (record !== null && record.time_ns <= time) low = middle
      else high = middle - 1
    }
    return low
  }

  /**
   * The next record behind seq that is wanted, or null.
   * @param {number} seq
   * @param {Wanted|((record: TraceRecord) => boolean)} wanted
   */
  nextOf(seq, wanted) {
    const fits = fitting(wanted)
    for (let i = Math.max(seq + 1, this.first); i <= this.last; i++) {
      const record = this.record(i)
      if (record !== null && fits(record)) return record
    }
    return null
  }

  /**
   * The newest record before seq that is wanted, or null.
   * @param {number} seq
   * @param {Wanted|((record: TraceRecord) => boolean)} wanted
   */
  previousOf(seq, wanted) {
    const fits = fitting(wanted)
    for (let i = Math.min(seq - 1, this.last); i >= this.first; i--) {
      const record = this.record(i)
      if (record !== null && fits(record)) return record
    }
    return null
  }
}

/**
 * @param {Wanted|((record: TraceRecord) => boolean)} wanted
 * @returns {(record: TraceRecord) => boolean}
 */
function fitting(wanted) {
  if (typeof wanted === 'function') return wanted
  const {node, event, message, call, index} = wanted
  const events = event === undefined ? null : new Set(typeof event === 'string' ? [event] : event)
  return (r) => (node === undefined || r.node === node) && (events === null || events.has(r.event)) &&
    (message === undefined || r.message?.id === message) && (index === undefined || r.index === index) &&
    (call === undefined || r.request?.id === call || r.response?.id === call)
}
