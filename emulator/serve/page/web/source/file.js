// Recorded runs: those of a trace file that emulator view serves, or those that stand in
// the page itself.
import {History} from '../model/history.js'
import {read, readText} from './api.js'

/**
 * A recorded run. left: what is not in it, in words.
 * @typedef {object} Recording
 * @property {string} name
 * @property {string} verdict
 * @property {History} history
 * @property {number|null} openAt
 * @property {Record<string, any>} explained by seq
 * @property {string} left
 * @property {any} invariants
 */

/** @typedef {{name: string, verdict: string, note?: string}} Listed */

const portion = 20000 // records of one request

/** The story that stands in the page, or null. */
export async function embedded() {
  const block = document.getElementById('story')
  if (!block) return null
  const {data} = JSON.parse(block.textContent || '')
  const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0))
  const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))
  return JSON.parse(await new Response(unpacked).text())
}

/**
 * A run of a story.
 * @param {any} run
 * @returns {Recording}
 */
export function fromStory(run) {
  const history = run.start ? History.from(run.start, {keep: Infinity, header: run.header}) : new History({keep: Infinity, header: run.header})
  for (const record of run.records) if (record.seq) history.push(record)
  return {name: run.name, verdict: run.verdict || '', history, openAt: run.open_at || null, explained: run.explained || {}, left: run.left_out || '', invariants: run.invariants || null}
}

/**
 * A run of the file that the server shows. said hears how many records there are so far.
 * @param {number} place
 * @param {string} name
 * @param {(history: History) => Promise<void>} said
 * @returns {Promise<Recording>}
 */
export async function fromServer(place, name, said) {
  /** @type {History|null} */
  let history = null
  /** @type {any} */
  let header = null
  let left = 'The trace was cut short: it has no end mark.'
  for (let since = 0; ;) {
    const lines = (await readText(`/page/records?run=${place}&since=${since}&limit=${portion}`)).split('\n')
    let taken = 0
    for (const line of lines) {
      const r = readLine(line)
      if (!r) continue
      if (r.event === 'Run') header = r
      else if (r.event === 'End') left = endWords(r)
      else if (r.start) history = History.from(r.start, {keep: Infinity, header})
      else {
        history = history || new History({keep: Infinity, header})
        history.push(r)
        taken++
      }
    }
    if (history) await said(history)
    if (!history || taken < portion) break
    since = history.last
  }
  return {name, verdict: '', history: history || new History({header}), openAt: null, explained: {}, left, invariants: null}
}

/**
 * A line of the file; null for an empty one and for half of one.
 * @param {string} line
 * @returns {any}
 */
function readLine(line) {
  if (!line.trim()) return null
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}

/** @param {{reason: string, missing?: number, error?: string}} end */
function endWords(end) {
  if (end.reason === 'closed' || end.reason === 'replaced') return ''
  return `The trace ends early (${end.reason}${end.error ? ': ' + end.error : ''})` + (end.missing ? `: ${end.missing} records are missing.` : '.')
}

/** The runs that the server's file has. @returns {Promise<{kind: string, name: string, runs: Listed[]}>} */
export async function source() {
  try {
    const s = await read('/page/source.json')
    const list = s.run_list || []
    const runs = list.map((/** @type {any} */ r, /** @type {number} */ i) => ({name: list.length > 1 ? `${i + 1}. ${r.name}` : r.name, verdict: '', note: r.note || ''}))
    return {kind: s.kind, name: s.name || '', runs}
  } catch {
    return {kind: 'live', name: '', runs: []}
  }
}
