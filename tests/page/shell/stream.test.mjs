import {test} from 'node:test'
import assert from 'node:assert/strict'
import {Stream} from '../../../emulator/serve/page/web/source/stream.js'

/**
 * A response's body that comes in these pieces.
 * @param {Uint8Array[]} pieces
 */
function body(pieces) {
  return new ReadableStream({
    start(c) {
      for (const p of pieces) c.enqueue(p)
      c.close()
    },
  })
}

/** Reads a stream to its end. @param {Stream} s */
async function all(s) {
  const events = []
  for (;;) {
    for (let e = s.next(); e; e = s.next()) events.push(e)
    if (s.ended && !s.length) return events
    await new Promise((go) => { s.onMore = () => go(undefined) })
  }
}

const text = 'id: r:0\nevent: run\ndata: {"run_id":"r"}\n\n: heartbeat\n\nid: r:1\ndata: {"a":"é€😀"}\n\n'

test('events are the same however the bytes are divided', async () => {
  const bytes = new TextEncoder().encode(text)
  const want = [{name: 'run', id: 'r:0', data: '{"run_id":"r"}'}, {name: '', id: 'r:1', data: '{"a":"é€😀"}'}]
  for (let size = 1; size <= bytes.length; size++) {
    const pieces = []
    for (let i = 0; i < bytes.length; i += size) pieces.push(bytes.slice(i, i + size))
    assert.deepEqual(await all(new Stream(body(pieces))), want)
  }
})

test('half an event at the end is none', async () => {
  assert.equal((await all(new Stream(body([new TextEncoder().encode(text + 'data: {"b"')])))).length, 2)
})

test('a stream that nobody takes from is read only so far', async () => {
  let sent = 0
  const piece = new TextEncoder().encode(`data: ${'x'.repeat(1 << 16)}\n\n`)
  const s = new Stream(new ReadableStream({pull(c) { sent++; c.enqueue(piece) }}, {highWaterMark: 0}))
  let before = -1
  while (sent !== before) {
    before = sent
    await new Promise((go) => setImmediate(go))
  }
  assert.ok(sent > 60 && sent < 70, `${sent} pieces were read`)
  for (let i = 0; i < 30; i++) s.next()
  await new Promise((go) => setImmediate(go))
  assert.ok(sent > before, 'reading goes on when there is room')
  s.close()
})
