// Recorded runs: a trace that emulator view serves, and a report in one file.
import assert from 'node:assert/strict'
import {copyFileSync, readFileSync, truncateSync} from 'node:fs'
import {join} from 'node:path'
import {test} from 'node:test'
import {fileURLToPath, pathToFileURL} from 'node:url'
import {atEnd, eventually, moment, open, run, scratch, start, tab} from './harness.mjs'

const hasty = fileURLToPath(new URL('../../../docs/failing/hasty.toml', import.meta.url))
const trace = join(scratch, 'runs', 'hasty-1.jsonl')
const report = join(scratch, 'report.html')

/** Records a run that fails. */
function record() {
  run(['run', hasty, '-overwrite', '-traces', join(scratch, 'runs'), '-report', `html=${report}`], 1)
  return readFileSync(trace, 'utf8').trim().split('\n').map((line) => JSON.parse(line)).filter((r) => r.seq)
}

/** Serves a trace. @param {import('node:test').TestContext} t @param {string} file */
async function view(t, file) {
  const {ready, stop} = await start(['view', '-port', '0', file])
  atEnd(t, stop)
  return ready.url
}

/** @param {import('playwright-core').Page} page @param {number} seq */
function shows(page, seq) { return eventually(async () => assert.equal((await moment(page)).seq, seq)) }

test('a trace is played in both directions', async (t) => {
  const records = record()
  const url = await view(t, trace)
  const page = await open(t, url)
  await eventually(async () => assert.equal((await moment(page)).last, records.at(-1).seq))
  const leads = records.filter((r) => r.event === 'BecomeLeader')
  await page.keyboard.press('PageDown')
  await shows(page, leads[0].seq)
  const node = page.locator(`.ring-node[data-node="${leads[0].node}"]`)
  assert.match(await node.getAttribute('aria-label'), new RegExp(`^Node ${leads[0].node}, leader, .*term ${leads[0].state.term},`))
  await page.keyboard.press('ArrowLeft')
  await shows(page, leads[0].seq - 1)
  assert.match(await node.getAttribute('aria-label'), /, candidate,/)
  await page.keyboard.press('End')
  await shows(page, records.at(-1).seq)
  await page.getByText('recorded', {exact: true}).waitFor()
  assert.equal(await page.getByRole('tab', {name: 'Do', exact: true}).count(), 0, 'nothing can be done to a recorded run')
})

test('a link into a trace opens its moment', async (t) => {
  const records = record()
  const page = await open(t, `${await view(t, trace)}#seq=100&node=1`)
  await page.getByRole('heading', {name: 'Node 1', exact: true}).waitFor()
  await eventually(async () => assert.deepEqual(await moment(page), {seq: 100, last: records.at(-1).seq}))
  await page.waitForFunction(() => /seq=100&node=1$/.test(location.hash))
})

test('a trace that is cut short says so', async (t) => {
  record()
  const file = join(scratch, 'short.jsonl')
  copyFileSync(trace, file)
  const text = readFileSync(file, 'utf8')
  truncateSync(file, Buffer.byteLength(text.slice(0, text.indexOf('"seq":400,') + 60)))
  const page = await open(t, await view(t, file))
  await page.locator('.notice').first().waitFor()
  assert.match(await page.locator('.notices').textContent(), /cut|short|end/)
  assert.equal((await moment(page)).last, 399)
})

test('a report in one file opens at the failure and asks for nothing', async (t) => {
  const records = record()
  const page = await open(t, pathToFileURL(report).href, {requests: 1})
  await page.locator('.moment').waitFor()
  const asked = records.find((r) => r.request)
  const limit = records.findLast((r) => r.time_ns <= asked.time_ns + 1e9) // within_ms = 1000
  await shows(page, limit.seq)
  await tab(page, 'runs')
  const words = (await page.locator('.runs').textContent()).replace(/\s+/g, ' ')
  assert.match(words, /failed/i)
  assert.match(words, /hasty/)
  assert.match(words, /a leader answers its clients|answer=lost:ok/)
  await page.keyboard.press('Home')
  await shows(page, 1)
})
