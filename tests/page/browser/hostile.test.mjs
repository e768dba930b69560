// What clients send is shown as text and cut short, and the page says so when the server dies.
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {atEnd, caughtUp, eventually, host, moment, open, start, tab, zoom} from './harness.mjs'

const names = {
  script: '<script>window.hacked = 1</script><img src=x onerror="window.hacked = 1">',
  controls: 'a\u0000b\u0007c\u001b[31md\u0085e\r\nf',
  marks: '\u202egnp.exe\u2066\u200f\ufeff',
}

/**
 * The texts of the page, those that appear over it, and those for screen readers, without
 * the values of forms.
 * @param {import('playwright-core').Page} page
 */
function texts(page) {
  return page.evaluate(() => {
    const all = []
    const walk = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT)
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
      if (node.nodeType === 3) all.push(node.nodeValue)
      else for (const name of ['title', 'aria-label', 'aria-valuetext', 'href', 'src']) if (node.hasAttribute(name)) all.push(node.getAttribute(name))
    }
    return all
  })
}

/** @param {import('playwright-core').Page} page @param {string} where */
async function harmless(page, where) {
  const all = await texts(page)
  const acting = all.filter((text) => /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/.test(text))
  assert.deepEqual(acting.map((text) => text.slice(0, 80)), [], `${where}: characters that act`)
  assert.ok(Math.max(...all.map((text) => text.length)) <= 2100, `${where}: a long text`)
  assert.equal(await page.evaluate(() => window.hacked), undefined, where)
  assert.equal(await page.locator('#app script, #app img:not(header img), #app iframe').count(), 0, where)
}

test('names and messages of clients are shown as text, cut short', async (t) => {
  const cluster = await host(t, ['-seed', '3'])
  await cluster.until('leader=unique')
  for (const topic of Object.values(names)) {
    await cluster.client('put_topic', topic)
    await cluster.client('put_message', topic, topic)
  }
  await cluster.client('put_message', names.script, 'x'.repeat(1_000_000))
  await cluster.put(`/v1/faults/${encodeURIComponent(names.script)}`, {drop: true, match: {from: 1, to: 2}})
  await cluster.until('applied=7')
  await cluster.post('/v1/clock/pause')
  const page = await open(t, cluster.url)
  await caughtUp(page, cluster)
  for (const id of ['spacetime', 'lane', 'queues']) {
    await tab(page, id)
    await harmless(page, id)
  }
  await page.locator('.queues-topic', {hasText: '<script>'}).first().waitFor()
  for (const index of [1, 2, 3, 4, 5, 6, 7]) {
    await page.locator(`[data-entry="0:${index}"]`).click()
    await page.getByRole('heading', {name: `Entry ${index} of node 0`}).waitFor()
    await harmless(page, `entry ${index}`)
  }
  await page.locator('.details dd', {hasText: '(1,000,000 characters)'}).waitFor()
  await tab(page, 'lane')
  await zoom(page, 1280)
  for (const call of await page.locator('.lane-call').all()) {
    await call.dispatchEvent('click')
    await page.getByRole('heading', {name: /^Call:/}).waitFor()
    await harmless(page, 'a call')
  }
  await tab(page, 'do')
  await harmless(page, 'what one can do')
  await page.getByLabel('Which events').selectOption('all')
  for (let i = 0; i < 30; i++) await page.keyboard.press('ArrowLeft')
  await harmless(page, 'events')
  await page.getByRole('textbox', {name: 'Topic'}).fill(names.marks)
  await page.getByRole('button', {name: /^Ask node/}).hover()
  await eventually(async () => assert.match(await page.locator('.side-foot .curl code').textContent(), /put_topic/))
})

test('a cluster that has not begun is shown', async (t) => {
  const cluster = await host(t, ['-nodes', '1', '-clock', 'virtual'])
  const page = await open(t, cluster.url)
  await caughtUp(page, cluster)
  for (const id of ['spacetime', 'lane', 'queues']) await tab(page, id)
  assert.match(await page.locator('.ring-node').getAttribute('aria-label'), /^Node 0, follower, term 0/)
})

test('a server that dies is missed, and found again', async (t) => {
  const cluster = await host(t)
  await cluster.until('leader=unique')
  const page = await open(t, cluster.url, {expected: /Failed to load resource/})
  await page.getByText('connected', {exact: true}).waitFor()
  await eventually(async () => assert.ok((await moment(page)).last > 20))
  await cluster.stop()
  await page.getByText('not connected').waitFor()
  await page.getByText('What was received stays here to look at').waitFor()
  await page.keyboard.press('Home')
  await eventually(async () => assert.equal((await moment(page)).seq, 1))
  const again = await start(['-admin', new URL(cluster.url).host, '-base-port', '0', '-nodes', '3'])
  atEnd(t, again.stop)
  await page.locator('header').getByRole('button', {name: 'Try now'}).click({timeout: 3000}).catch(() => {}) // it may have found it by itself
  await page.getByText('connected', {exact: true}).waitFor()
  await page.getByText('Another run has begun').waitFor()
  await eventually(async () => assert.equal(await page.locator('.ring-node').count(), 3))
})
