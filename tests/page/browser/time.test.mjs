// Back in time: the slider, the keys, links to a moment, and live meanwhile.
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {keys} from '../../../emulator/serve/page/web/view/keys.js'
import {eventually, host, moment, open, tab} from './harness.mjs'

/** A cluster that changed its leader, and goes on. @param {import('node:test').TestContext} t */
async function changed(t) {
  const cluster = await host(t, ['-seed', '5'])
  await cluster.until('leader=unique')
  await cluster.client('put_topic', 'dog')
  await cluster.post('/v1/nodes/follower/timeout')
  await cluster.until('term=2', 'leader=unique')
  const {events} = await cluster.get('/v1/events?since=0&limit=10000')
  return {cluster, events, leads: events.filter((e) => e.event === 'BecomeLeader')}
}

/** @param {import('playwright-core').Page} page @param {number} seq */
function shows(page, seq) { return eventually(async () => assert.equal((await moment(page)).seq, seq)) }

/** What the records say about each node after an event. @param {any[]} events @param {number} seq */
function statesAt(events, seq) {
  const states = new Map()
  for (const e of events) if (e.seq <= seq && e.state) states.set(e.node, e.state)
  return [...states].sort(([a], [b]) => a - b).map(([id, s]) => `Node ${id}, ${s.role.toLowerCase()}, term ${s.term}`)
}

/** @param {import('playwright-core').Page} page */
async function statesShown(page) {
  const labels = await page.locator('.ring-node').evaluateAll((all) => all.map((g) => g.getAttribute('aria-label')))
  return labels.map((label) => label.split(', ').filter((w) => /^Node|^term|^leader|^follower|^candidate/.test(w)).join(', '))
}

/** @param {import('playwright-core').Page} page @param {any[]} events */
async function slide(page, events) {
  const slider = page.getByRole('slider', {name: 'Moment'})
  const box = await slider.boundingBox()
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2)
  await eventually(async () => {
    const {seq, last} = await moment(page)
    assert.ok(Math.abs(seq - last / 2) < last * 0.1, `${seq} of ${last}`)
  })
  const {seq} = await moment(page)
  await page.keyboard.press('ArrowRight')
  await shows(page, seq + 1)
  const middle = events[Math.floor(events.length / 2)].seq
  await slider.fill(String(middle))
  await shows(page, middle)
  assert.deepEqual(await statesShown(page), statesAt(events, middle))
}

test('back in time', async (t) => {
  const {cluster, events, leads} = await changed(t)
  assert.ok(leads.length >= 2)
  const page = await open(t, cluster.url)
  await eventually(async () => assert.ok((await moment(page)).last >= events.at(-1).seq))

  await t.test('a link opens its moment and its node, and live goes on', async (t) => {
    const {seq} = leads[0]
    const other = await open(t, `${cluster.url}/#seq=${seq}&node=2`)
    await shows(other, seq)
    await other.getByRole('heading', {name: 'Node 2', exact: true}).waitFor()
    assert.deepEqual(await statesShown(other), statesAt(events, seq))
    const {last} = await moment(other)
    await eventually(async () => assert.ok((await moment(other)).last > last))
    assert.equal((await moment(other)).seq, seq)
    await other.keyboard.press('l')
    await eventually(async () => {
      const now = await moment(other)
      assert.ok(now.seq === now.last && now.seq > last)
    })
  })

  await t.test('each key of the list moves in time', async () => {
    await page.keyboard.press('Home')
    await shows(page, 1)
    await page.keyboard.press('ArrowRight')
    await shows(page, 2)
    await page.keyboard.press('ArrowLeft')
    await shows(page, 1)
    await page.keyboard.press('PageDown')
    await shows(page, leads[0].seq)
    await page.keyboard.press(']')
    await shows(page, leads[1].seq)
    assert.deepEqual(await statesShown(page), statesAt(events, leads[1].seq))
    await page.keyboard.press('PageUp')
    await shows(page, leads[0].seq)
    await page.keyboard.press('j') // selects node 0
    await page.keyboard.press('Shift+ArrowRight')
    await shows(page, events.find((e) => e.seq > leads[0].seq && e.node === 0).seq)
    await page.keyboard.press('Escape')
  })

  await t.test('the buttons go to the changes of leader', async () => {
    await page.keyboard.press('Home')
    await page.getByRole('button', {name: 'To the next change of leader (Page Down)'}).click()
    await shows(page, leads[0].seq)
    await page.getByRole('button', {name: 'One event back (←)'}).click()
    await shows(page, leads[0].seq - 1)
    await page.getByRole('button', {name: 'To the change of leader before (Page Up)'}).waitFor()
  })

  await t.test('the slider moves with the mouse and by keyboard', () => slide(page, events))

  await t.test('the address is a link to the moment', async () => {
    const {seq} = await moment(page)
    await page.waitForFunction((n) => location.hash.includes(`seq=${n}`), seq)
    await page.evaluate((n) => { location.hash = `#seq=${n}` }, leads[0].seq)
    await shows(page, leads[0].seq)
  })

  await t.test('an event of the list goes to its moment', async () => {
    await page.getByLabel('Which events').selectOption('main')
    await page.locator(`#event-${leads[0].seq}`).click()
    await shows(page, leads[0].seq)
  })

  await t.test('playing passes events and ends live', async () => {
    await page.keyboard.press('End')
    await page.keyboard.press('Shift+ArrowLeft')
    for (let i = 0; i < 8; i++) await page.keyboard.press('+')
    await page.keyboard.press('Space')
    await page.waitForFunction(() => document.querySelector('.app')?.getAttribute('data-live') === 'true')
  })
})

test('? lists the keys', async (t) => {
  const cluster = await host(t)
  await cluster.until('leader=unique')
  const page = await open(t, cluster.url)
  await page.locator('.ring-node').first().waitFor()
  await page.keyboard.press('?')
  await page.locator('dialog').waitFor()
  const rows = await page.locator('dialog .keys > div').evaluateAll((all) => all.map((row) => [row.querySelector('kbd').textContent, row.querySelector('dd').textContent]))
  assert.deepEqual(rows.sort(), keys.map((k) => [k.shown, k.words]).sort())
  await page.keyboard.press('Escape')
  await page.locator('dialog').waitFor({state: 'detached'})
  await tab(page, 'lane')
})
