/**
 * Measures the model: how fast it takes records, how long at() takes anywhere in them, and
 * what a record costs in memory.
 *
 *   node --expose-gc bench_model.mjs [FILE]
 *
 * FILE is a trace; without it the records are those of a made-up cluster of five nodes.
 *
 * @module
 */

import {readFileSync} from 'node:fs'
import {Cluster} from '../../emulator/serve/page/web/model/cluster.js'
import {History} from '../../emulator/serve/page/web/model/history.js'
import {random} from './model/random.mjs'
import {workload} from './model/workload.mjs'

const RECORDS = 65_536
const VISITS = 400

/** @typedef {import('../../emulator/serve/page/web/model/types.js').TraceRecord} TraceRecord */

/** @returns {{header: any, lines: string[]}} */
function input() {
  const file = process.argv[2]
  if (!file) return {header: null, lines: workload(RECORDS).map((r) => JSON.stringify(r))}
  const lines = readFileSync(file, 'utf8').split('\n').filter((line) => line !== '')
  const header = JSON.parse(lines[0])
  const end = lines.findIndex((line, i) => i > 0 && (line.startsWith('{"event":"Run"') || line.startsWith('{"event":"End"')))
  return {header, lines: lines.slice(1, end < 0 ? undefined : end).slice(0, RECORDS)}
}

/** @param {number[]} list @param {number} p */
const quantile = (list, p) => list.slice().sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * p))]

const heap = () => {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}

/** @param {string} what @param {string} figure */
const say = (what, figure) => console.log(`${what.padEnd(34)} ${figure}`)

const {header, lines} = input()

/** @type {number[]} */
const each = []
for (let k = 0; k < 5; k++) {
  const records = lines.map((line) => JSON.parse(line))
  const cluster = Cluster.begin(header)
  const began = performance.now()
  for (const record of records) cluster.advance(record)
  each.push((performance.now() - began) * 1000 / records.length)
}
say('records', String(lines.length))
say('advance, µs a record', `${quantile(each, 0.5).toFixed(2)} (best ${Math.min(...each).toFixed(2)})`)

each.length = 0
for (let k = 0; k < 3; k++) {
  const records = lines.map((line) => JSON.parse(line))
  const cluster = Cluster.begin(header)
  const began = performance.now()
  for (const record of records) cluster.apply(record)
  each.push((performance.now() - began) * 1000 / records.length)
}
say('apply, µs a record', quantile(each, 0.5).toFixed(2))

const before = heap()
const history = new History({header})
let pushing = 0
for (const line of lines) {
  const record = JSON.parse(line)
  const began = performance.now()
  history.push(record)
  pushing += performance.now() - began
}
say('push, records a second', Math.round(lines.length / pushing * 1000).toLocaleString('en'))
if (globalThis.gc) say('bytes a record, with its JSON', String(Math.round((heap() - before) / lines.length)))
else say('bytes a record', 'run node with --expose-gc')

const draw = random(7)
/** @type {number[]} */
const times = []
for (let k = 0; k < VISITS; k++) {
  const seq = history.first + Math.floor(draw() * history.length)
  const began = performance.now()
  history.at(seq)
  times.push(performance.now() - began)
}
say('at anywhere, ms', `median ${quantile(times, 0.5).toFixed(2)}, p95 ${quantile(times, 0.95).toFixed(2)}, most ${Math.max(...times).toFixed(2)}`)

times.length = 0
for (let seq = history.first + 1000; seq < history.first + 1000 + VISITS && seq <= history.last; seq++) {
  const began = performance.now()
  history.at(seq)
  times.push(performance.now() - began)
}
say('at the next record, ms', `median ${quantile(times, 0.5).toFixed(3)}, p95 ${quantile(times, 0.95).toFixed(3)}`)
