import {test} from 'node:test'
import assert from 'node:assert/strict'
import {execFileSync} from 'node:child_process'
import {curl, quote} from '../../../emulator/serve/page/web/source/curl.js'
import {crash, cutLinks, loadText, request, setFault} from '../../../emulator/serve/page/web/source/api.js'

/** What sh makes of a command line. @param {string} line */
function words(line) {
  return execFileSync('sh', ['-c', `set -- ${line}\nfor w in "$@"; do printf '%s\\0' "$w"; done`], {encoding: 'utf8'}).split('\0').slice(0, -1)
}

const origin = 'http://127.0.0.1:8500'

test('sh reads a quoted word as it was', () => {
  for (const word of ['dog', `it's`, '$HOME `id` "x"', 'a\nb', '\\', '* ? [a]', '<script>', 'ä\u202e', '{"a": 1}', '']) {
    assert.deepEqual(words(quote(word)), [word])
  }
})

test('a change without a body names its method', () => {
  assert.equal(curl(crash(2), origin), 'curl -sS -X POST http://127.0.0.1:8500/v1/nodes/2/crash')
})

test('the body of a request comes through sh unchanged', () => {
  const body = {op: 'put_message', topic: `it's`, message: '$(id) `id` "\n@'}
  const line = words(curl(request(1, body), origin))
  assert.deepEqual(line.slice(0, 4), ['curl', '-sS', origin + '/v1/nodes/1/request', '--data-raw'])
  assert.deepEqual(JSON.parse(line[4]), body)
})

test('a name of a fault is escaped in the path', () => {
  const line = words(curl(setFault('a b/c?', {drop: true}), origin))
  assert.deepEqual(line, ['curl', '-sS', '-X', 'PUT', origin + '/v1/faults/a%20b%2Fc%3F', '--data-raw', '{"drop":true}'])
})

test('a fixture is sent as its text', () => {
  assert.equal(words(curl(loadText('format = 1\nname = "x"\n'), origin)).at(-1), 'format = 1\nname = "x"\n')
})

test('no cut that is left means that all are removed', () => {
  assert.equal(cutLinks([]).method, 'DELETE')
  assert.deepEqual(cutLinks([[0, 1]]).body, {oneway: [[0, 1]]})
})
