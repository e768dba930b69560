/**
 * The calls of clients: those that wait for their answers, and the newest of the others.
 *
 * @module
 */

import {Chunks} from './chunks.js'
import {Shelf} from './shelf.js'

/** @typedef {import('./types.js').Call} Call */
/** @typedef {import('./types.js').TraceRecord} TraceRecord */

/** The number of ended calls that are kept. */
const MOST = 4096

const bucketOf = (/** @type {string} */ id) => {
  let sum = 0
  for (let i = 0; i < 8 && i < id.length; i++) sum = sum * 31 + id.charCodeAt(i) & 0xffff
  return sum & 63
}

export class Calls {
  /**
   * @param {Shelf<string, Call>} [waiting] by the ids of requests
   * @param {Chunks<Call>} [ended] in the order of their answers
   * @param {number} [forgotten] ended calls that are no longer in the list
   */
  constructor(waiting = new Shelf(bucketOf), ended = Chunks.of(), forgotten = 0) {
    /** @private */
    this.waiting = waiting
    this.ended = ended
    this.forgotten = forgotten
  }

  copy() {
    return new Calls(this.waiting.copy(), this.ended, this.forgotten)
  }

  /** The number of calls that wait. */
  get open() {
    return this.waiting.size
  }

  /** The calls that wait, in the order of their requests. */
  unanswered() {
    return [...this.waiting.values()].sort((a, b) => a.seq - b.seq)
  }

  /** All calls in the order of their requests. */
  list() {
    return [...this.ended.slice(), ...this.waiting.values()].sort((a, b) => a.seq - b.seq)
  }

  /**
   * The call with the id of a request, or null.
   * @param {string} id
   * @returns {Call|null}
   */
  find(id) {
    const call = this.waiting.get(id)
    if (call !== undefined) return call
    for (let i = this.ended.length - 1; i >= 0; i--) if (this.ended.at(i).id === id) return this.ended.at(i)
    return null
  }

  /**
   * A client asked.
   * @param {TraceRecord} record
   */
  ask(record) {
    const {seq, node, request, time_ns: askedAt} = record
    if (request === undefined) return
    this.waiting.set(request.id, {
      seq, id: request.id, node: node ?? 0, command: request.command, askedAt,
      index: 0, answeredAt: null, answerSeq: null, response: null, outcome: '',
    })
  }

  /**
   * A request became an entry.
   * @param {TraceRecord} record
   */
  take(record) {
    const call = record.request && this.waiting.get(record.request.id)
    if (call) this.waiting.set(call.id, {...call, index: record.index ?? 0})
  }

  /**
   * A client got its answer.
   * @param {TraceRecord} record
   */
  answer(record) {
    const {seq, time_ns, response} = record
    const call = response && this.waiting.get(response.id)
    if (!call) return
    this.waiting.delete(call.id)
    this.ended = this.ended.append({
      ...call, index: record.index ?? call.index, answeredAt: time_ns, answerSeq: seq, response,
      outcome: outcomeOf(response.error, Math.max(call.index, record.index ?? 0)),
    })
    const list = this.ended.length > MOST ? this.ended.forget(this.ended.length - MOST) : this.ended
    this.forgotten += this.ended.length - list.length
    this.ended = list
  }
}

/**
 * The outcome of a call with this error, '' for none. A request that never became an entry
 * had no effect, even if the client only saw its connection break.
 * @param {string|undefined} error
 * @param {number} index
 * @returns {'ok'|'fail'|'unknown'}
 */
function outcomeOf(error, index) {
  if (!error) return 'ok'
  return index === 0 || error === 'not_leader' || error === 'busy' ? 'fail' : 'unknown'
}
