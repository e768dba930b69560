// What one does to the cluster through the page, with the mouse and by keyboard. Each action
// shows a command line, and that does the same.
import assert from 'node:assert/strict'
import {execFileSync} from 'node:child_process'
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {test} from 'node:test'
import {eventually, host, moment, open, run, scratch, tab} from './harness.mjs'

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {Awaited<ReturnType<typeof host>>} Cluster */

/**
 * What an action must have made of the cluster.
 * @param {Cluster} cluster
 * @param {(node: any, whole: any) => any} of
 * @param {any} want
 * @param {number} id of the node
 */
function becomes(cluster, of, want, id) {
  return eventually(async () => {
    const whole = await cluster.get('/v1/cluster')
    const {nodes} = await cluster.get('/v1/nodes')
    assert.deepEqual(of(nodes[id], whole), want)
  })
}

const cuts = (/** @type {any} */ _, /** @type {any} */ whole) => whole.cuts.map((/** @type {any} */ c) => JSON.stringify(c)).sort()
const alone = (/** @type {any} */ n) => n.partitioned_from.length

/** The command line that the page shows. @param {Page} page */
function curl(page) { return page.locator('.side-foot .curl code').textContent() }

/** Remembers the command lines that the page shows: pointing at the next button changes them. @param {Page} page */
async function watchCurl(page) {
  await page.evaluate(() => {
    window.lines = []
    const look = () => {
      const text = document.querySelector('.side-foot .curl code')?.textContent
      if (text && window.lines.at(-1) !== text) window.lines.push(text)
    }
    new MutationObserver(look).observe(document.body, {subtree: true, childList: true, characterData: true})
  })
}

/**
 * Does something through the page, checks what it made, heals, has the shell do the same, and
 * checks again.
 * @param {Page} page
 * @param {Cluster} cluster
 * @param {{act: () => Promise<any>, path: string, method?: string, check: () => Promise<any>, before?: () => Promise<any>}} what
 */
async function both(page, cluster, {act, path, check, method = '', before = async () => {}}) {
  await knows(page, cluster)
  await before()
  await page.evaluate(() => { window.lines = [] })
  await act()
  await check()
  const line = await eventually(async () => {
    const lines = await page.evaluate(() => window.lines)
    const mine = lines.find((/** @type {string} */ text) => text.includes(`${method} ${cluster.url}${path}`))
    assert.ok(mine, `${path}: ${lines}`)
    return mine
  })
  await cluster.post('/v1/heal')
  await before()
  execFileSync('sh', ['-c', `${line} --fail-with-body -o /dev/null`], {stdio: 'pipe'})
  await check()
  await cluster.post('/v1/heal')
}

/** Waits until the page has what the cluster has done so far. @param {Page} page @param {Cluster} cluster */
async function knows(page, cluster) {
  const {seq} = await cluster.get('/v1/cluster')
  await eventually(async () => assert.ok((await moment(page)).last >= seq))
}

/** @param {Page} page @param {string} name */
function button(page, name) { return page.getByRole('button', {name, exact: true}) }

/** The middle of a node's disc. @param {Page} page @param {number} id */
async function place(page, id) {
  const box = await eventually(async () => {
    const found = await page.locator(`.ring-node[data-node="${id}"] .ring-disc`).first().boundingBox()
    assert.ok(found) // a new role has a new disc
    return found
  })
  return {x: box.x + box.width / 2, y: box.y + box.height / 2}
}

/** @param {Page} page @param {{x: number, y: number}} from @param {{x: number, y: number}} to */
async function drag(page, from, to) {
  await page.mouse.move(from.x, from.y)
  await page.mouse.down()
  await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, {steps: 4})
  await page.mouse.move(to.x, to.y, {steps: 4})
  await page.locator('.ring-drag').waitFor()
  await page.mouse.up()
}

/** Selects a node with the mouse. @param {Page} page @param {number} id */
async function select(page, id) {
  await page.locator(`.ring-node[data-node="${id}"] .ring-disc`).first().click()
  await page.getByRole('heading', {name: `Node ${id}`, exact: true}).waitFor()
}

/** The actions on a node: their button, their key, their route, and what they make. */
const onNode = [
  {name: 'Crash', key: 'c', of: (n) => n.up, want: false},
  {name: 'Restart', key: 'c', of: (n) => n.up, want: true, before: 'crash'},
  {name: 'Pause', key: 'p', of: (n) => n.paused, want: true},
  {name: 'Resume', key: 'p', of: (n) => n.paused, want: false, before: 'pause'},
  {name: 'Isolate', key: 'i', of: alone, want: 4},
  {name: 'Heal', key: 'h', of: alone, want: 0, before: 'isolate'},
]

/** A cluster and a page. @param {import('node:test').TestContext} t */
async function begin(t) {
  const cluster = await host(t, ['-seed', '4'])
  await cluster.until('leader=unique')
  const page = await open(t, cluster.url)
  await page.locator('.ring-node').first().waitFor()
  await watchCurl(page)
  return {cluster, page}
}

test('actions on a node', async (t) => {
  const {cluster, page} = await begin(t)
  const id = 2
  await select(page, id)
  for (const {name, key, of, want, before} of onNode) {
    const what = {
      path: `/v1/nodes/${id}/${name.toLowerCase()}`, check: () => becomes(cluster, of, want, id),
      before: async () => {
        if (before) await cluster.post(`/v1/nodes/${id}/${before}`)
        await knows(page, cluster)
        await button(page, name).waitFor()
      },
    }
    await t.test(`the button ${name} and its command line`, () => both(page, cluster, {...what, act: () => button(page, name).click()}))
    await t.test(`the key ${key}: ${name.toLowerCase()}`, () => both(page, cluster, {...what, act: () => page.keyboard.press(key)}))
  }
})

test('a node times out', async (t) => {
  const {cluster, page} = await begin(t)
  const {leader} = await cluster.get('/v1/cluster')
  const id = (leader + 1) % 5
  await select(page, id)
  for (const act of [() => button(page, 'Time out').click(), () => page.keyboard.press('o'), async () => { execFileSync('sh', ['-c', `${await curl(page)} -o /dev/null`]) }]) {
    await cluster.post(`/v1/nodes/${leader}/timeout`).catch(() => {}) // so that the node follows again
    await eventually(async () => {
      const {nodes} = await cluster.get('/v1/cluster')
      if (nodes[id].role === 'Leader') await cluster.post(`/v1/nodes/${leader}/timeout`)
      assert.equal(nodes[id].role, 'Follower')
    })
    const {term} = (await cluster.get('/v1/cluster')).nodes[id]
    await eventually(async () => assert.ok(await button(page, 'Time out').isEnabled()))
    await act()
    await eventually(async () => {
      assert.ok((await cluster.get('/v1/cluster')).nodes[id].term > term)
      assert.ok((await curl(page))?.endsWith(`-X POST ${cluster.url}/v1/nodes/${id}/timeout`))
    })
  }
})

test('links are cut and mended with the mouse and by keyboard', async (t) => {
  const {cluster, page} = await begin(t)
  const path = '/v1/partition'
  const whole = () => becomes(cluster, cuts, [], 0)
  await t.test('from node to node: both ways, and again: mended', async () => {
    await both(page, cluster, {path, act: async () => drag(page, await place(page, 0), await place(page, 2)), check: () => becomes(cluster, cuts, ['[0,2]', '[2,0]'], 0)})
    await both(page, cluster, {
      path, method: '-X DELETE', check: whole, act: async () => drag(page, await place(page, 0), await place(page, 2)),
      before: async () => {
        await cluster.post(path, {oneway: [[0, 2], [2, 0]]})
        await knows(page, cluster)
      },
    })
  })
  await t.test('with Shift: one way', async () => {
    await page.keyboard.down('Shift')
    await drag(page, await place(page, 3), await place(page, 1))
    await page.keyboard.up('Shift')
    await becomes(cluster, cuts, ['[3,1]'], 0)
    await page.getByRole('button', {name: 'Link 3 → 1, cut'}).waitFor()
    await cluster.post('/v1/heal')
    await knows(page, cluster)
  })
  await t.test('the key x cuts the link from the selected node to that with the focus', async () => {
    await select(page, 1)
    await page.locator('.ring-node[data-node="4"]').focus()
    await both(page, cluster, {path, act: () => page.keyboard.press('x'), check: () => becomes(cluster, cuts, ['[1,4]', '[4,1]'], 0)})
  })
  await t.test('dragging a node apart parts it, and back mends', async () => {
    const home = await place(page, 1)
    const ring = await page.locator('.ring').boundingBox()
    await drag(page, home, {x: ring.x + ring.width / 2, y: ring.y + ring.height / 2})
    await becomes(cluster, alone, 4, 1)
    await page.locator('.ring-groups').waitFor()
    await drag(page, await place(page, 1), home)
    await whole()
  })
  await t.test('the table of links cuts one direction', async () => {
    await tab(page, 'do')
    await button(page, 'Link from 2 to 0, whole').click()
    await becomes(cluster, cuts, ['[2,0]'], 0)
    await button(page, 'Link from 2 to 0, cut').click()
    await whole()
  })
})

test('a client asks through the page, and what was done is a scenario', async (t) => {
  const {cluster, page} = await begin(t)
  await page.keyboard.press('d')
  const {leader} = await cluster.get('/v1/cluster')
  const ask = button(page, `Ask node ${leader}`)
  const queue = async () => (await cluster.get(`/v1/nodes/${leader}`)).queue
  await ask.click()
  await page.getByText('ok (201)').waitFor()
  assert.deepEqual(await queue(), [{topic: 'dog', pending: 0, messages: []}])
  await page.getByLabel('Operation').selectOption('put_message')
  await page.getByRole('textbox', {name: 'Message'}).fill("it's $HOME")
  await ask.click()
  await eventually(async () => assert.deepEqual((await queue())[0].messages, ["it's $HOME"]))
  await eventually(async () => assert.match(await curl(page), /put_message/))
  execFileSync('sh', ['-c', `${await curl(page)} -o /dev/null`])
  assert.deepEqual((await queue())[0].messages, ["it's $HOME", "it's $HOME"])
  await page.getByLabel('Operation').selectOption('get_message')
  await ask.click()
  await page.locator('.do [role=status]', {hasText: "it's $HOME"}).waitFor()
  await eventually(async () => assert.equal((await queue())[0].messages.length, 1))
  await tab(page, 'details')
  await select(page, (leader + 2) % 5)
  await page.keyboard.press('c')
  await becomes(cluster, (n) => n.up, false, (leader + 2) % 5)

  await tab(page, 'did')
  await eventually(async () => assert.deepEqual(await page.locator('.deeds li button').allTextContents(), [
    `Crash node ${(leader + 2) % 5}`, ...['get_message', 'put_message', 'put_topic'].map((op) => `Ask node ${leader} for ${op}`),
  ]))
  await cluster.post('/v1/clock/pause')
  const loaded = page.waitForEvent('download')
  await button(page, 'Save as a scenario').click()
  const file = join(scratch, (await loaded).suggestedFilename())
  await (await loaded).saveAs(file)
  assert.match(readFileSync(file, 'utf8'), /op = "get_message"/)
  assert.match(run(['run', file]), /1 of 1 scenario passed/)
})
