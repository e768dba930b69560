// Each main state of the page can be read by everybody: axe finds nothing, in light and dark,
// in a wide, a medium and a narrow window.
import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {test} from 'node:test'
import {caughtUp, host, open, packageFile, picture, sizes, tab} from './harness.mjs'

const axe = readFileSync(packageFile('axe-core/axe.min.js'), 'utf8')

/** What axe finds. @param {import('playwright-core').Page} page @param {boolean} dark only colours differ there */
function finds(page, dark) {
  return page.evaluate(async (rules) => {
    const {violations} = await window.axe.run(document, {resultTypes: ['violations'], ...rules})
    return violations.map((v) => `${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map((n) => `${n.html.slice(0, 160)} ${n.any.map((a) => a.message).join(' ')}`).join(' | ')}`)
  }, dark ? {runOnly: ['color-contrast']} : {})
}

/** Shows a part, as a tab of the middle or, in a narrow window, of the stage. */
const parts = /** @type {Record<string, (page: import('playwright-core').Page, narrow: boolean) => Promise<any>>} */ ({
  node: async (page, narrow) => {
    if (narrow) await tab(page, 'cluster')
    await page.locator('.ring-node[data-node="1"] .ring-disc').first().click()
  },
  spacetime: async (page, narrow) => {
    if (narrow) await tab(page, 'time')
    await tab(page, 'spacetime')
  },
  lane: (page) => tab(page, 'lane'),
  queues: (page) => tab(page, 'queues'),
  logs: async (page, narrow) => {
    if (narrow) await tab(page, 'logs')
    await page.locator('[data-entry="1:2"]').click()
  },
  link: async (page, narrow) => {
    if (narrow) await tab(page, 'cluster')
    await page.locator('.ring-link').first().click()
  },
  done: async (page, narrow) => {
    if (narrow) await page.getByRole('tablist', {name: 'What to see'}).getByRole('tab', {name: 'Details'}).click()
    await tab(page, 'did')
  },
  do: (page) => tab(page, 'do'),
  past: (page) => page.keyboard.press('PageUp'),
  keys: (page) => page.keyboard.press('?'),
  load: async (page) => {
    await page.keyboard.press('Escape')
    await page.locator('dialog').waitFor({state: 'detached'})
    await page.keyboard.press('f')
    await page.locator('dialog .fixtures li').first().waitFor()
  },
})

test('axe finds nothing', async (t) => {
  const cluster = await host(t, ['-seed', '3'])
  await cluster.until('leader=unique')
  await cluster.client('put_topic', 'dog')
  for (const word of ['one', 'two']) await cluster.client('put_message', 'dog', word)
  await cluster.until('applied=3')
  await cluster.put('/v1/faults/lossy', {drop: true, probability: 0.2})
  await cluster.post('/v1/partition', {oneway: [[0, 1]]})
  await cluster.post('/v1/nodes/4/crash')
  await cluster.post('/v1/nodes/2/pause')
  await cluster.post('/v1/clock/pause')
  for (const size of /** @type {(keyof typeof sizes)[]} */ (Object.keys(sizes))) {
    await t.test(size, async (t) => {
      const page = await open(t, cluster.url, {size})
      await caughtUp(page, cluster)
      await page.locator('.invariants-chip').first().waitFor()
      await page.evaluate(axe)
      const found = /** @type {string[]} */ ([])
      for (const [name, show] of Object.entries(parts)) {
        await show(page, size === 'narrow')
        for (const colorScheme of /** @type {('light'|'dark')[]} */ (['light', 'dark'])) {
          await page.emulateMedia({colorScheme})
          await picture(page, `${name}-${size}-${colorScheme}`)
          for (const problem of await finds(page, colorScheme === 'dark')) found.push(`${name}, ${colorScheme}: ${problem}`)
        }
      }
      assert.equal(found.join('\n'), '')
    })
  }
})

test('nothing moves by itself for a reader who wants no motion', async (t) => {
  const cluster = await host(t)
  await cluster.until('leader=unique')
  const page = await open(t, cluster.url, {still: true})
  await page.locator('.ring-node').first().waitFor()
  await cluster.post('/v1/clock/pause')
  await caughtUp(page, cluster)
  const look = () => page.locator('.ring').evaluate((svg) => svg.outerHTML)
  const before = await look()
  await page.evaluate(() => new Promise((go) => { let n = 0; const next = () => (++n > 20 ? go(n) : requestAnimationFrame(next)); next() }))
  assert.equal(await look(), before)
  assert.equal(await page.evaluate(() => document.getAnimations().length), 0)
})
