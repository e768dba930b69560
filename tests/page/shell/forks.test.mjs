import {test} from 'node:test'
import assert from 'node:assert/strict'
import {baseOf} from '../../../emulator/serve/page/web/source/base.js'
import {compareNodes, firstDifference, logWords, seqAt} from '../../../emulator/serve/page/web/model/differ.js'
import {History} from '../../../emulator/serve/page/web/model/history.js'
import {Log} from '../../../emulator/serve/page/web/model/log.js'
import {newNode} from '../../../emulator/serve/page/web/model/node.js'

const log = (/** @type {number[]} */ ...terms) => Log.of(terms.map((term) => ({term, op: 'put_topic', topic: `t${term}`})))

test('the page of a fork asks below the path of the fork', () => {
  assert.deepEqual(['/', '/v1/forks/3/', '/v1/forks/12', '/v1/forks/', '/v1/forks/x/', '/page/v1/forks/1/'].map(baseOf),
    ['', '/v1/forks/3', '/v1/forks/12', '', '', ''])
})

test('logs differ at their first other entry', () => {
  assert.equal(firstDifference(log(1, 1, 2), log(1, 1, 2)), 0)
  assert.equal(firstDifference(log(1, 1, 2), log(1, 1, 3)), 3)
  assert.equal(firstDifference(log(1), log(1, 1)), 2)
  assert.equal(firstDifference(log(), log()), 0)
  assert.equal(logWords(log(1, 1, 2), 8), '1×2 2×1')
  assert.equal(logWords(log(1, 2, 3, 4), 2), '… 3×1 4×1')
  assert.equal(logWords(log(), 8), 'empty')
})

test('what differs between two nodes is marked', () => {
  const left = {...newNode(0), term: 2, log: log(1, 2)}
  const right = {...newNode(0), term: 3, log: log(1, 3)}
  assert.deepEqual(compareNodes(left, right).filter((r) => r.differs).map((r) => [r.name, r.left, r.right]), [
    ['term', '2', '3'], ['log', '1×1 2×1', '1×1 3×1'], ['entry 2', 'term 2: put_topic t2', 'term 3: put_topic t3'],
  ])
  assert.ok(!compareNodes(left, left).some((r) => r.differs))
  assert.deepEqual(compareNodes(left, {...left, up: false}).filter((r) => r.differs).map((r) => r.name), ['state', 'role'])
})

test('the moment at a time is after the last event until then', () => {
  const history = new History()
  for (let seq = 1; seq <= 5; seq++) history.push({seq, time_ns: seq * 10, step: 0, cause: 0, event: 'Init', node: 0})
  assert.deepEqual([0, 10, 25, 50, 99].map((t) => seqAt(history, t)), [1, 1, 2, 5, 5])
})
