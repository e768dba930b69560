import assert from 'node:assert/strict'
import {test} from 'node:test'
import {Chunks} from '../../../emulator/serve/page/web/model/chunks.js'
import {Shelf} from '../../../emulator/serve/page/web/model/shelf.js'
import {Topic} from '../../../emulator/serve/page/web/model/queue.js'
import {random} from './random.mjs'

test('no version of a list changes when others are made from it', () => {
  const draw = random(1)
  /** @type {{list: Chunks<number>, want: number[]}[]} */
  const versions = [{list: Chunks.of(), want: []}]
  for (let k = 0; k < 4000; k++) {
    const {list, want} = versions[Math.floor(draw() * Math.min(versions.length, 20)) + Math.max(0, versions.length - 20)]
    const place = Math.floor(draw() * want.length)
    switch (Math.floor(draw() * 8)) {
      case 0:
        versions.push({list: list.keep(place), want: want.slice(0, place)})
        break
      case 1:
        if (want.length > 0) versions.push({list: list.with(place, k), want: want.map((v, i) => i === place ? k : v)})
        break
      case 2: {
        const rest = list.forget(Math.min(place, 40))
        versions.push({list: rest, want: want.slice(want.length - rest.length)})
        break
      }
      default:
        versions.push({list: list.append(k), want: [...want, k]})
    }
  }
  for (const {list, want} of versions) assert.deepEqual(list.slice(), want)
})

test('a list forgets only whole chunks from its beginning', () => {
  const list = Chunks.of(Array(100).keys()).forget(70)
  assert.equal(list.length, 36)
  assert.equal(list.at(0), 64)
})

test('a topic gives its messages in order and forgets those that were taken', () => {
  let topic = new Topic('dog', Chunks.of(), 0)
  for (let i = 0; i < 1000; i++) {
    topic = topic.put(`m${i}`)
    if (i >= 10) {
      assert.equal(topic.at(0), `m${i - 10}`)
      topic = topic.take()
    }
  }
  assert.deepEqual(topic.values(2), ['m990', 'm991'])
  assert.equal(topic.length, 10)
})

test('copies of a shelf go their own ways', () => {
  const draw = random(2)
  let shelves = [{shelf: new Shelf((/** @type {number} */ k) => k % 7), want: new Map()}]
  for (let k = 0; k < 3000; k++) {
    const one = shelves[Math.floor(draw() * shelves.length)]
    const key = Math.floor(draw() * 50)
    switch (Math.floor(draw() * 4)) {
      case 0:
        shelves = [...shelves.slice(-8), {shelf: one.shelf.copy(), want: new Map(one.want)}]
        break
      case 1:
        one.shelf.delete(key)
        one.want.delete(key)
        break
      default:
        one.shelf.set(key, k)
        one.want.set(key, k)
    }
    for (const {shelf, want} of shelves) assert.equal(shelf.size, want.size)
  }
  for (const {shelf, want} of shelves) assert.deepEqual(new Map(shelf), want)
})
