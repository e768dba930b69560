/**
 * Reads what `go run ./tests/page/states` writes: runs, each with its records, and the
 * cluster's own state after each of its steps.
 *
 * @module
 */

import {createInterface} from 'node:readline'
import {Cluster} from '../../../emulator/serve/page/web/model/cluster.js'

/** @typedef {import('../../../emulator/serve/page/web/model/types.js').Plain} Plain */
/** @typedef {import('../../../emulator/serve/page/web/model/types.js').Header} Header */
/** @typedef {import('../../../emulator/serve/page/web/model/types.js').TraceRecord} TraceRecord */
/** @typedef {{field: string, want: unknown, got: unknown}} Difference */

/**
 * @typedef {object} Watcher what follows the runs beside the comparison
 * @property {(name: string, header: Header) => void} [begin]
 * @property {(record: TraceRecord, before: Cluster) => void} [record]
 * @property {(cluster: Cluster, run: string) => void} [state]
 */

/**
 * Compares the model with the states of the stream, and returns the first difference of
 * each run.
 * @param {import('node:stream').Readable} stream
 * @param {Watcher[]} [watchers]
 */
export async function compare(stream, watchers = []) {
  /** @type {string[]} */
  const problems = []
  let runs = 0
  let records = 0
  let states = 0
  let name = ''
  let cluster = Cluster.begin()
  let wrong = false
  for await (const line of createInterface({input: stream, crlfDelay: Infinity})) {
    const item = JSON.parse(line)
    if (item.run !== undefined) {
      name = item.run
      cluster = Cluster.begin(item.header)
      wrong = false
      runs++
      for (const w of watchers) w.begin?.(name, item.header)
    } else if (item.record !== undefined) {
      for (const w of watchers) w.record?.(item.record, cluster)
      cluster.advance(item.record)
      records++
    } else if (!wrong) {
      states++
      for (const w of watchers) w.state?.(cluster, name)
      const found = firstDifference(item.cluster, cluster.plain())
      if (item.after !== cluster.seq) problems.push(`${name}: a state after ${item.after}, but the last record is ${cluster.seq}`)
      else if (found) problems.push(told(name, item.after, found))
      wrong = found !== null
    }
  }
  return {problems, runs, records, states}
}

/**
 * @param {string} run
 * @param {number} seq
 * @param {Difference} found
 */
export function told(run, seq, {field, want, got}) {
  return `${run}: after record ${seq}, ${field} is ${JSON.stringify(want)} in the emulator and ${JSON.stringify(got)} in the model`
}

/**
 * The first difference between two plain values, or null.
 * @param {any} want
 * @param {any} got
 * @param {string} [field]
 * @returns {Difference|null}
 */
export function firstDifference(want, got, field = '') {
  if (want === got) return null
  if (typeof want !== 'object' || typeof got !== 'object' || want === null || got === null) return {field, want, got}
  if (Array.isArray(want) !== Array.isArray(got)) return {field, want, got}
  if (Array.isArray(want)) {
    for (let i = 0; i < Math.max(want.length, got.length); i++) {
      const found = firstDifference(want[i], got[i], `${field}[${i}]`)
      if (found) return found
    }
    return null
  }
  for (const key of Object.keys({...want, ...got})) {
    const found = firstDifference(want[key], got[key], field ? `${field}.${key}` : key)
    if (found) return found
  }
  return null
}
