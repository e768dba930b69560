// Going another way from a moment: the fork has a page of its own, and can be compared.
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {eventually, host, moment, open, picture} from './harness.mjs'

test('a moment is forked, compared and opened, and the cluster goes on', async (t) => {
  const cluster = await host(t, ['-clock', 'virtual', '-seed', '5'])
  await cluster.until('leader=unique')
  await cluster.client('put_topic', 'dog')
  const {leader, seq} = await cluster.get('/v1/cluster')
  const page = await open(t, `${cluster.url}/#seq=${seq}`)
  await eventually(async () => assert.equal((await moment(page)).seq, seq))
  await page.getByRole('button', {name: 'Forks', exact: true}).waitFor()
  await page.keyboard.press('Shift+F')
  await page.locator('.forks', {hasText: `from event ${seq}`}).waitFor()

  // The fork loses its leader, and the cluster does not.
  await cluster.post(`/v1/forks/1/nodes/${leader}/crash`)
  await cluster.post('/v1/forks/1/clock/advance', {ms: 2000})
  await cluster.post('/v1/clock/advance', {ms: 100})
  await page.getByRole('button', {name: 'Compare'}).click()
  await page.getByRole('button', {name: 'The fork\'s newest'}).click()
  await page.locator('.compare tr.differs', {hasText: 'updown'}).waitFor()
  await page.locator('.compare', {hasText: 'This cluster'}).waitFor()
  await picture(page, 'compare')

  await page.getByRole('button', {name: 'All forks'}).click()
  await page.getByRole('link', {name: 'Open'}).click()
  await page.getByRole('button', {name: 'Fork 1', exact: true}).waitFor()
  await eventually(async () => assert.equal((await moment(page)).last, (await cluster.get('/v1/forks/1/cluster')).seq))
  await page.keyboard.press('Shift+H') // heals the fork, and only that
  await eventually(async () => assert.ok((await cluster.get('/v1/forks/1/cluster')).nodes[leader].up))
  assert.match(await page.locator('.side-foot .curl code').textContent(), /\/v1\/forks\/1\/v1\/heal/)
  assert.equal((await cluster.get('/v1/cluster')).leader, leader)

  await page.getByRole('button', {name: 'Fork 1', exact: true}).click()
  await page.getByRole('link', {name: 'The hosted cluster'}).click()
  await page.getByRole('button', {name: 'Forks', exact: true}).click()
  await page.getByRole('button', {name: 'End', exact: true}).click()
  await page.getByText('There are no forks.').waitFor()
  assert.deepEqual((await cluster.get('/v1/forks')).forks, [])
})
