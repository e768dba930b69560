// Chooses which events the list shows, and keeps up with a history that grows.
import {firstOf} from '../store.js'

/** @type {[string, string][]} */
export const sieves = [['changes', 'Without heartbeats'], ['main', 'What matters most'], ['node', 'Of the selected node'], ['all', 'All']]

const main = new Set(['Timeout', 'BecomeLeader', 'AdvanceCommitIndex', 'ClientRequest', 'Request', 'Response', 'Nemesis', 'RuleEnded', 'Restart', 'UpdateTerm', 'RPC'])

/** @typedef {import('../model/types.js').TraceRecord} TraceRecord */

/**
 * Whether a record belongs to a heartbeat, or sets a timer.
 * @param {TraceRecord} r
 */
function idle(r) {
  if (r.event === 'SetTimer' || r.event === 'Persist') return true
  const m = r.message
  if (!m) return false
  if (r.fault || r.kept !== undefined) return false
  if (m.type === 'AppendEntriesRequest') return !(m.entries && m.entries.length)
  return m.type === 'AppendEntriesResponse' && m.success === true && m.match_index === m.prev_log_index
}

/**
 * The newest record up to seq that belongs to no heartbeat; if there is none near, the one
 * at seq.
 * @param {import('../model/history.js').History} history
 * @param {number} seq
 */
export function notable(history, seq) {
  for (let i = seq; i > seq - 3000 && i > 0; i--) {
    const r = history.record(i)
    if (!r) break
    if (!idle(r)) return r
  }
  return history.record(seq)
}

export class Sieve {
  /**
   * @param {import('../model/history.js').History} history
   * @param {string} kind
   * @param {number|null} node
   */
  constructor(history, kind, node) {
    this.history = history
    this.kind = kind
    this.node = node
    this.key = kind + (kind === 'node' ? node : '')
    /** @type {number[]} */
    this.seqs = []
    this.from = 0 // seqs before this place are no longer kept
    this.next = firstOf(history)
  }

  /** Takes what was added to the history. */
  update() {
    const h = this.history
    const first = firstOf(h)
    if (this.kind === 'all' || h.last === 0) return
    if (this.next < first) this.next = first
    for (; this.next <= h.last; this.next++) {
      const r = h.record(this.next)
      if (r && this.fits(r)) this.seqs.push(this.next)
    }
    while (this.from < this.seqs.length && this.seqs[this.from] < first) this.from++
    if (this.from > 20000) {
      this.seqs = this.seqs.slice(this.from)
      this.from = 0
    }
  }

  /** @param {TraceRecord} r */
  fits(r) {
    switch (this.kind) {
      case 'node': return r.node === this.node && this.node !== null
      case 'main': return main.has(r.event)
    }
    return !idle(r)
  }

  get length() {
    return this.kind === 'all' ? Math.max(this.history.last - firstOf(this.history) + 1, 0) : this.seqs.length - this.from
  }

  /**
   * The event in a row.
   * @param {number} i
   */
  seq(i) { return this.kind === 'all' ? firstOf(this.history) + i : this.seqs[this.from + i] }

  /**
   * The row of an event, or of the last one before it; -1: all are later.
   * @param {number} seq
   */
  placeOf(seq) {
    let low = 0
    let high = this.length
    while (low < high) {
      const mid = (low + high) >> 1
      if (this.seq(mid) <= seq) low = mid + 1
      else high = mid
    }
    return low - 1
  }
}
