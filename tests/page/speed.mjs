/**
 * Measures the page in a browser: how soon it shows something, how long a step of the slider
 * takes, and what a frame costs while a fast or a large cluster runs.
 *
 *   EMULATOR=FILE PAGE_TOOLS=DIR node speed.mjs
 *
 * @module
 */

import assert from 'node:assert/strict'
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {test} from 'node:test'
import {atEnd, eventually, host, moment, open, run, scratch, start, weight} from './browser/harness.mjs'

const STEPS = 300
const FRAMES = 300

/** @param {number[]} list */
function told(list) {
  const sorted = list.slice().sort((a, b) => a - b)
  const at = (/** @type {number} */ p) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))].toFixed(1)
  return `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, most ${at(1)} ms (${list.length})`
}

/**
 * The cost of frames: from the first callback to the end of style and layout.
 * @param {import('playwright-core').Page} page
 */
function frames(page) {
  return page.evaluate((most) => new Promise((done) => {
    const costs = /** @type {number[]} */ ([])
    const began = performance.now()
    const {port1, port2} = new MessageChannel()
    let start = 0
    port2.onmessage = () => {
      costs.push(performance.now() - start)
      if (costs.length === most || performance.now() - began > 30000) done({costs, seconds: (performance.now() - began) / 1000})
      else wait()
    }
    const wait = () => requestAnimationFrame(() => { start = performance.now(); port1.postMessage(0) })
    wait()
  }), FRAMES)
}

/** @param {import('playwright-core').Page} page */
async function seen(page) {
  await page.locator('.ring-node').first().waitFor()
  return page.evaluate(() => performance.now())
}

test('first view', async (t) => {
  const cluster = await host(t)
  await cluster.until('leader=unique')
  const times = []
  for (let i = 0; i < 10; i++) {
    const page = await open(t, 'about:blank', {origin: cluster.url})
    await page.addInitScript(() => {
      const look = () => {
        if (document.querySelector('.ring-node')) window.seenAt = performance.now()
        else requestAnimationFrame(look)
      }
      look()
    })
    await page.goto(cluster.url)
    times.push(await (await page.waitForFunction(() => window.seenAt)).jsonValue())
    if (i === 0) t.diagnostic(`the page: ${JSON.stringify(await weight(page))}`)
    await page.close()
  }
  t.diagnostic(`first view after the request: ${told(times)}`)
})

test('a step of the slider', async (t) => {
  const scenario = join(scratch, 'long.toml')
  writeFileSync(scenario, 'format = 1\nname = "long"\n[cluster]\nnodes = 5\nheartbeat_ms = 15\n[scenario]\nrun_ms = 59000\n[[fault]]\nname = "lossy"\ndrop = true\nprobability = 0.05\n[[expect]]\nthat = "leader=unique"\nwithin_ms = 50000\n')
  run(['run', scenario, '-traces', join(scratch, 'long')])
  const {ready, stop} = await start(['view', '-port', '0', join(scratch, 'long', 'long-1.jsonl')])
  atEnd(t, stop)
  const page = await open(t, ready.url)
  await eventually(async () => assert.equal((await moment(page)).last, ready.records), 60000)
  const {costs, waits} = await page.evaluate(async (steps) => {
    const input = /** @type {HTMLInputElement} */ (document.querySelector('input[data-keys="timeline"]'))
    const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set
    const costs = []
    const waits = []
    for (let i = 0; i < steps; i++) {
      const to = 1 + ((i * 7919 * 131) % Math.min(Number(input.max), 65536))
      await new Promise((done) => {
        // The page draws in a callback between these two.
        let start = 0
        requestAnimationFrame(() => { start = performance.now() })
        const began = performance.now()
        set?.call(input, String(to))
        input.dispatchEvent(new Event('input', {bubbles: true}))
        const handled = performance.now() - began
        requestAnimationFrame(() => {
          document.body.getBoundingClientRect()
          costs.push(handled + performance.now() - start)
          waits.push(performance.now() - began)
          done(0)
        })
      })
    }
    return {costs, waits}
  }, STEPS)
  t.diagnostic(`${ready.records} records; script and layout of a step: ${told(costs)}`)
  t.diagnostic(`with the wait for the frame: ${told(waits)}`)
})

/**
 * @param {import('node:test').TestContext} t
 * @param {string} name
 * @param {string[]} args
 * @param {number} speed
 */
async function live(t, name, args, speed) {
  const cluster = await host(t, args)
  await cluster.until('leader=majority')
  const page = await open(t, cluster.url)
  await seen(page)
  await cluster.post('/v1/clock/run', {speed})
  const before = await cluster.get('/v1/cluster')
  const {costs, seconds} = await frames(page)
  const after = await cluster.get('/v1/cluster')
  t.diagnostic(`${name}: ${Math.round((after.seq - before.seq) / seconds)} events/s, ${(costs.length / seconds).toFixed(0)} frames/s; a frame: ${told(costs)}`)
  t.diagnostic(`notes: ${await page.locator('.notice').allTextContents()}`)
}

test('live, 5 nodes', (t) => live(t, '5 nodes', [], 1))
test('live, 5,000 events/s', (t) => live(t, '5 nodes, fast', [], 13))
test('live, 101 nodes', (t) => live(t, '101 nodes', ['-nodes', '101'], 1))
