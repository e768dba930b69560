// The live page shows what the admin API says.
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {caughtUp, details, eventually, host, moment, open, picture, tab, weight, zoom} from './harness.mjs'

/** A cluster with some history, whose clock stands still. @param {import('node:test').TestContext} t */
async function still(t) {
  const cluster = await host(t, ['-seed', '3'])
  await cluster.until('leader=unique')
  for (const topic of ['dog', 'cat']) await cluster.client('put_topic', topic)
  for (const word of ['one', 'two', 'three']) await cluster.client('put_message', 'dog', word)
  await cluster.client('get_message', 'dog')
  await cluster.until('applied=6')
  await cluster.post('/v1/nodes/follower/crash')
  await cluster.post('/v1/clock/pause')
  return cluster
}

test('the live page shows what the admin API says', async (t) => {
  const cluster = await still(t)
  const page = await open(t, cluster.url)
  const seq = await caughtUp(page, cluster)
  const {nodes} = await cluster.get('/v1/nodes')
  await t.test('each node has its role and term', () => checkNodes(page, nodes))
  await t.test('the details of a node are those of the API', async () => {
    for (const node of nodes) await checkDetails(page, node)
  })
  await t.test('the logs have the entries of each node', () => checkLogs(page, nodes))
  await t.test('the queues have the messages of the nodes', () => checkQueues(page, nodes))
  await t.test('the lane has the calls of clients and their verdict', () => checkLane(page, cluster))
  await t.test('the guarantees are those of the API', () => checkInvariants(page, cluster))
  await t.test('the space-time diagram has the messages of its stretch', () => checkSpaceTime(page, cluster, seq))
  await picture(page, 'live')
  await t.test('the page with all that it needs is smaller than 250 KB', async (t) => {
    const {bytes, files} = await weight(page)
    t.diagnostic(`${bytes} bytes in ${files} files`)
    assert.ok(files > 50 && bytes < 250_000, `${bytes} bytes in ${files} files`)
  })
})

test('a node alone shows itself and its log', async (t) => {
  const cluster = await host(t, ['-nodes', '1'])
  await cluster.until('leader=unique')
  await cluster.client('put_topic', 'dog')
  await cluster.post('/v1/clock/pause')
  const page = await open(t, cluster.url)
  await caughtUp(page, cluster)
  const {nodes} = await cluster.get('/v1/nodes')
  await checkNodes(page, nodes)
  await checkLogs(page, nodes)
})

test('a page that is opened late shows the cluster, although its beginning is no longer kept', async (t) => {
  const cluster = await host(t, ['-seed', '3'])
  await cluster.until('leader=unique')
  await cluster.client('put_topic', 'dog')
  await cluster.client('put_message', 'dog', 'one')
  await cluster.until('applied=2')
  await cluster.post('/v1/clock/pause')
  await eventually(async () => {
    await cluster.post('/v1/clock/advance', {ms: 30_000})
    assert.ok((await cluster.get('/v1/events?limit=1')).first > 1)
  }, 60_000)
  const page = await open(t, cluster.url)
  const seq = await caughtUp(page, cluster)
  const {nodes} = await cluster.get('/v1/nodes')
  await checkNodes(page, nodes)
  await checkLogs(page, nodes)
  await page.keyboard.press('Home')
  await eventually(async () => assert.ok((await moment(page)).seq < seq - 60_000))
  await checkLogs(page, nodes)
})

test('a hundred and one nodes are shown', async (t) => {
  const cluster = await host(t, ['-nodes', '101', '-seed', '2'])
  await cluster.until('leader=majority')
  await cluster.post('/v1/clock/pause')
  const page = await open(t, cluster.url)
  await caughtUp(page, cluster)
  const {leader, nodes} = await cluster.get('/v1/cluster')
  assert.equal(await page.locator('.ring-node').count(), 101)
  const label = await page.locator(`.ring-node[data-node="${leader}"]`).getAttribute('aria-label')
  assert.match(label, new RegExp(`^Node ${leader}, leader, .*term ${nodes[leader].term},`))
})

/** @param {import('playwright-core').Page} page @param {any[]} nodes */
async function checkNodes(page, nodes) {
  const shown = await page.locator('.ring-node').evaluateAll((all) => all.map((g) => g.getAttribute('aria-label').split(', ')))
  assert.deepEqual(shown.map((words) => words.filter((w) => !w.includes('timer'))), nodes.map((n) => [
    `Node ${n.id}`, n.up ? n.role.toLowerCase() : 'crashed', ...(n.voted_for === null ? [] : [`vote ${n.voted_for}`]), `term ${n.term}`,
  ]))
  const drawn = await page.locator('.ring-node').evaluateAll((all) => all.map(({parentNode: g}) => [g.querySelector('.ring-term').textContent, g.querySelectorAll('.ring-down').length, g.querySelectorAll('.ring-leader').length]))
  assert.deepEqual(drawn, nodes.map((n) => [String(n.term), n.up ? 0 : 1, n.up && n.role === 'Leader' ? 1 : 0]))
}

/** @param {import('playwright-core').Page} page @param {any} node */
async function checkDetails(page, node) {
  await page.locator(`.ring-node[data-node="${node.id}"] .ring-disc`).first().click()
  await page.getByRole('heading', {name: `Node ${node.id}`, exact: true}).waitFor()
  const rows = await details(page)
  assert.equal(rows.State, node.up ? node.role.toLowerCase() : 'crashed')
  assert.equal(rows.Term, `term ${node.term}`.replace('term ', 'term '))
  assert.equal(rows['Voted for'], node.voted_for === null ? 'nobody' : `node ${node.voted_for}`)
  assert.equal(rows['Leader it knows'], node.leader === null ? 'nobody' : `node ${node.leader}`)
  assert.equal(rows.Log, `up to ${node.last_index}, last term ${node.log.at(-1).term}`)
  assert.equal(rows.Committed, String(node.commit_index))
  assert.equal(rows.Applied, String(node.last_applied))
  await eventually(async () => assert.equal((await details(page)).Address, node.url))
  assert.equal(rows.Timer.split(',')[0], node.timer ? node.timer.kind : 'none')
  if (node.up && node.role === 'Leader') {
    const progress = await page.locator('.progress tbody tr').evaluateAll((all) => all.map((tr) => [...tr.children].map((td) => Number(td.textContent))))
    assert.deepEqual(progress, Object.entries(node.next_index).map(([id, next]) => [Number(id), next, node.match_index[id]]).filter(([id]) => id !== node.id))
  }
}

/** @param {import('playwright-core').Page} page @param {any[]} nodes */
async function checkLogs(page, nodes) {
  const shown = await page.locator('.logs-entry').evaluateAll((all) => all.map((g) => g.getAttribute('aria-label')))
  const entries = nodes.flatMap((n) => n.log.map((e) => {
    const {op, topic, message} = e
    const state = e.index <= n.last_applied ? 'applied' : e.index <= n.commit_index ? 'committed' : 'not committed'
    return `Node ${n.id}, index ${e.index}, term ${e.term}: ${op ? [op, [topic, message].filter((v) => v !== undefined).join(': ')].filter(Boolean).join(' ') : 'no operation'}, ${state}`
  }))
  assert.ok(entries.length > 0)
  assert.equal(shown.join('\n'), entries.join('\n'))
}

/** @param {import('playwright-core').Page} page @param {any[]} nodes */
async function checkQueues(page, nodes) {
  await page.keyboard.press('Escape')
  await tab(page, 'queues')
  await page.locator('.queues').waitFor()
  for (const node of nodes) {
    await page.locator(`.logs-head`).nth(node.id).click()
    await page.getByText(`Node ${node.id}, applied up to ${node.last_applied}`).waitFor()
    const rows = await page.locator('.queues-row').evaluateAll((all) => all.map((g) => ({
      topic: g.querySelector('.queues-topic').lastChild.textContent, messages: [...g.querySelectorAll('.queues-box > text')].map((text) => text.textContent),
    })))
    assert.deepEqual(rows, node.queue.map(({topic, messages}) => ({topic, messages})))
  }
}

/** @param {import('playwright-core').Page} page @param {any} cluster */
async function checkLane(page, cluster) {
  await tab(page, 'lane')
  await zoom(page, 2560)
  const {history: calls} = await cluster.get('/v1/history')
  const shown = await page.locator('.lane-call').evaluateAll((all) => all.map((g) => g.getAttribute('class').split(' ')[1]))
  assert.equal(shown.length, calls.length)
  assert.deepEqual(shown, calls.map((c) => (c.ok ? 'ok' : 'fail')))
  const check = await cluster.get('/v1/history/check')
  assert.equal(check.state, 'held')
  await page.getByText('one queue could have given all answers').waitFor()
}

/** @param {import('playwright-core').Page} page @param {any} cluster */
async function checkInvariants(page, cluster) {
  const {invariants} = await cluster.get('/v1/invariants')
  await eventually(async () => {
    const shown = await page.locator('.invariants-chip').evaluateAll((all) => all.map((g) => [g.querySelector('title').textContent, g.classList.contains('held')]))
    assert.deepEqual(shown, invariants.map((i) => [`${i.title}: ${i.says}`, i.status === 'held']))
  })
}

/** @param {import('playwright-core').Page} page @param {any} cluster @param {number} seq */
async function checkSpaceTime(page, cluster, seq) {
  await tab(page, 'spacetime')
  await zoom(page, 40)
  const label = await page.locator('.spacetime').getAttribute('aria-label')
  assert.equal(label, `Space-time diagram of events ${seq - 40} to ${seq}; the moment is event ${seq}`)
  const {events} = await cluster.get(`/v1/events?since=${seq - 41}&limit=100`)
  const ids = new Set(events.filter((e) => e.message).map((e) => e.message.id))
  const arrows = await page.locator('.spacetime-arrow[role=button]').count()
  assert.ok(ids.size > 0)
  assert.ok(arrows >= ids.size, `${arrows} arrows for ${ids.size} messages`)
}
