// Forks: other ways that the cluster might have gone. They belong to the hosted cluster, also
// on the page of a fork.
import {History} from '../model/history.js'
import {readAt} from './api.js'

/**
 * A fork, as the API lists it.
 * @typedef {object} Fork
 * @property {number} id
 * @property {{run_id: string, seq: number, time_ms: number}} from
 * @property {string} run_id
 * @property {number} seq
 * @property {number} time_ms
 */

/**
 * Goes another way from the moment after an event.
 * @param {number} seq
 * @param {string} run
 * @returns {import('./api.js').Action}
 */
export function forkFrom(seq, run) { return {method: 'POST', path: '/v1/forks', body: run ? {seq, run} : {seq}, words: `fork from event ${seq}`} }

/** @param {number} id @returns {import('./api.js').Action} */
export function endFork(id) { return {method: 'DELETE', path: `/v1/forks/${id}`, words: `end fork ${id}`} }

/** The page of a fork. @param {number} id */
export function pageOf(id) { return `/v1/forks/${id}/` }

/** @returns {Promise<{forks: Fork[], most: number}>} */
export function readForks() { return readAt('/v1/forks') }

const portion = 10000 // events of one request

/**
 * Reads the events of a fork, behind those that the history has.
 * @param {number} id
 * @param {History|null} known of an earlier call
 * @param {AbortSignal} [signal]
 * @returns {Promise<History>}
 */
export async function historyOf(id, known, signal) {
  let history = known || new History()
  for (;;) {
    const a = await readAt(`/v1/forks/${id}/events?since=${history.last}&limit=${portion}`, signal)
    if (a.missed || a.last < history.last) history = new History() // another run, or the oldest events are gone
    for (const event of a.events) history.push(event)
    if (a.events.length < portion) return history
  }
}
