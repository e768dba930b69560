/**
 * Compares the model with the emulator itself, over all shipped fixtures and scenarios and
 * random runs with planted bugs.
 *
 *   STATES=FILE   reads the states from a file, instead of making them
 *   RANDOM_RUNS=N makes N random runs
 *
 * @module
 */

import assert from 'node:assert/strict'
import {spawn} from 'node:child_process'
import {createReadStream} from 'node:fs'
import {test} from 'node:test'
import {fileURLToPath} from 'node:url'
import {effectOn, deduced} from '../../../emulator/serve/page/web/model/figure2.js'
import {History} from '../../../emulator/serve/page/web/model/history.js'
import {compare, firstDifference, told} from './states.mjs'

/** @typedef {import('../../../emulator/serve/page/web/model/cluster.js').Cluster} Cluster */
/** @typedef {import('../../../emulator/serve/page/web/model/types.js').TraceRecord} TraceRecord */

/** @returns {{stream: import('node:stream').Readable, done: Promise<number|null>}} */
function states() {
  const {STATES: file, RANDOM_RUNS: runs = '150'} = process.env
  if (file) return {stream: createReadStream(file), done: Promise.resolve(0)}
  const root = fileURLToPath(new URL('../../..', import.meta.url))
  const child = spawn('go', ['run', './tests/page/states', '-random', runs], {cwd: root, stdio: ['ignore', 'pipe', 'inherit']})
  return {stream: child.stdout, done: new Promise((resolve) => child.on('close', resolve))}
}

/**
 * Checks that effectOn foretells what each AppendEntries does to a log, and that older
 * records, which do not say it, let the model deduce the same log.
 */
class Foreteller {
  constructor() {
    /** @type {string[]} */
    this.problems = []
    this.changes = 0
    this.name = ''
  }

  /** @param {string} name */
  begin(name) {
    this.name = name
  }

  /**
   * @param {TraceRecord} record
   * @param {Cluster} before
   */
  record(record, before) {
    const {event, message, kept, seq, state} = record
    if (event !== 'HandleAppendEntriesRequest' || message === undefined || state === undefined) return
    const node = before.nodes[message.to]
    const put = effectOn(node, message)
    if (kept !== undefined) this.changes++
    const entries = message.entries ?? []
    const foretold = put && !(put.kept === node.log.last && put.from === entries.length) ? put.kept : undefined
    if (foretold !== kept) {
      this.problems.push(`${this.name}: record ${seq} at node ${node.id} with bug "${node.bug}" kept ${kept}, foretold was ${foretold}`)
    }
    const log = kept === undefined ? node.log : node.log.replace(kept, entries, entries.length - (state.last_index - kept))
    const other = deduced(node, message, state)
    if (other.exact && (other.log.last !== log.last || other.log.agreesTo(log) !== log.last)) {
      this.problems.push(`${this.name}: record ${seq}: another log was deduced, of ${other.log.last} entries instead of ${log.last}`)
    }
  }
}

/** Keeps the history of each run, and goes back to some of the states at its end. */
class Traveller {
  constructor() {
    /** @type {string[]} */
    this.problems = []
    this.visits = 0
    this.name = ''
    this.history = new History()
    /** @type {Map<number, string>} */
    this.seen = new Map()
    this.countdown = 0
    this.stride = 1
  }

  /**
   * @param {string} name
   * @param {import('../../../emulator/serve/page/web/model/types.js').Header} header
   */
  begin(name, header) {
    this.end()
    this.name = name
    this.history = new History({header, keep: 1024})
  }

  /** @param {TraceRecord} record */
  record(record) {
    this.history.push(structuredClone(record))
  }

  /** @param {Cluster} cluster */
  state(cluster) {
    if (this.countdown-- > 0) return
    this.stride = this.stride * 31 % 61 + 1
    this.countdown = this.stride
    this.seen.set(cluster.seq, JSON.stringify(cluster.plain()))
  }

  end() {
    const list = [...this.seen].filter(([seq]) => seq >= this.history.first - 1)
    for (const [seq, text] of list.sort((a, b) => a[0] * 7919 % 997 - b[0] * 7919 % 997)) {
      this.visits++
      const plain = this.history.at(seq).plain()
      if (JSON.stringify(plain) === text) continue
      const found = firstDifference(JSON.parse(text), plain)
      if (found) this.problems.push(told(`${this.name}, gone back to`, seq, found))
    }
    this.seen.clear()
  }
}

test('the model has the emulator\'s own state after every step', async (t) => {
  const {stream, done} = states()
  const foreteller = new Foreteller()
  const traveller = new Traveller()
  const {problems, runs, records, states: compared} = await compare(stream, [foreteller, traveller])
  traveller.end()
  t.diagnostic(`${runs} runs, ${records} records, ${compared} states, ${traveller.visits} visits, ${foreteller.changes} changes of logs`)
  assert.equal(await done, 0)
  assert.deepEqual(problems.slice(0, 10), [], 'the model')
  assert.deepEqual(traveller.problems.slice(0, 10), [], 'going back')
  assert.deepEqual(foreteller.problems.slice(0, 10), [], 'what AppendEntries will do')
  assert.ok(runs >= 200 && compared >= 50_000 && foreteller.changes > 1000 && traveller.visits > 1000, 'there is enough to compare')
})
