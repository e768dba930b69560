// The queues: for each topic the pending messages, the oldest first, of the selected node or
// of all nodes compared.
import {html} from './html.js'
import {plain} from './format.js'
import {pressed} from './press.js'

const rowsAtMost = 200
const high = 22
const compared = 4096 // messages of a topic at most

/** @typedef {import('../model/types.js').Node} Node */
/** @typedef {{nodes: number[], topic: import('../model/queue.js').Topic|null}} Group */

/** @param {any} props */
export function Queues({cluster, previous, selection, select, size}) {
  const chosen = selection.node === null ? null : cluster.nodes[selection.node]
  const nodes = /** @type {Node[]} */ (chosen ? [chosen] : cluster.nodes.slice(0, 101))
  const {rows, left} = rowsOf(nodes)
  const width = Math.max(size.width, 240)
  const height = Math.max(size.height, 34 + rows.length * high + 20)
  const says = chosen ? `Queue of node ${chosen.id}` : `Queues of ${nodes.length} nodes`
  return html`<svg class="queues" width=${width} height=${height} viewBox=${`0 0 ${width} ${height}`} role="group" aria-label=${says}>
    <title>${says}</title>
    <text class="queues-head" x="12" y="17">${chosen ? `Node ${chosen.id}, applied up to ${chosen.applied}` : agreement(rows, nodes)}</text>
    ${chosen && html`<g class="queues-all" ...${pressed(() => select({}), 'Compare all nodes')}><text x=${width - 12} y="17" text-anchor="end">compare all nodes</text></g>`}
    ${rows.map((row, i) => line(row, 30 + i * high, width, chosen, previous, select))}
    ${rows.length === 0 && html`<text class="span-note" x="12" y="40">No topic has been put yet.</text>`}
    ${left > 0 && html`<text class="span-note" x="12" y=${height - 6}>${left} more rows are not drawn</text>`}
  </svg>`
}

/** @typedef {{name: string, group: Group, first: boolean}} Row */

/** @param {Row[]} rows @param {Node[]} nodes */
function agreement(rows, nodes) {
  const differ = new Set(rows.filter((r) => !r.first).map((r) => r.name)).size
  return differ ? `Nodes differ in ${differ === 1 ? '1 topic' : `${differ} topics`}` : rows.length ? `All ${nodes.length} nodes agree` : ''
}

/**
 * One row for each topic and each of its contents.
 * @param {Node[]} nodes
 */
function rowsOf(nodes) {
  const names = new Set()
  for (const n of nodes) for (let i = 0; i < n.queue.length; i++) names.add(n.queue.topics.at(i).name)
  /** @type {Row[]} */
  const rows = []
  let left = 0
  for (const name of names) {
    /** @type {Group[]} */
    const groups = []
    if (rows.length >= rowsAtMost) {
      left++
      continue
    }
    for (const n of nodes) {
      const place = n.queue.find(name)
      const topic = place < 0 ? null : n.queue.topics.at(place)
      const group = groups.find((g) => same(g.topic, topic))
      if (group) group.nodes.push(n.id)
      else groups.push({nodes: [n.id], topic})
    }
    for (const group of groups) rows.push({name, group, first: group === groups[0]})
  }
  return {rows, left}
}

/** @param {import('../model/queue.js').Topic|null} a @param {import('../model/queue.js').Topic|null} b */
function same(a, b) {
  if (a === b) return true
  if (!a || !b || a.length !== b.length) return false
  for (let i = 0; i < Math.min(a.length, compared); i++) if (a.at(i) !== b.at(i)) return false
  return true
}

/**
 * @param {Row} row
 * @param {number} y
 * @param {number} width
 * @param {Node|null} chosen
 * @param {import('../model/cluster.js').Cluster|null} previous
 * @param {(what: any) => void} select
 */
function line(row, y, width, chosen, previous, select) {
  const {topic, nodes} = row.group
  const short = width < 520
  const name = plain(row.name, short ? 8 : 16).replace(/ \([\d,]+ characters\)$/, '')
  const who = chosen ? '' : nodes.length > 6 ? `${nodes.length} nodes` : nodes.join(' ')
  const left = short ? 140 : 220
  const changed = previous && nodes.some((id) => previous.nodes[id] && !same(topicOf(previous.nodes[id], row.name), topic))
  return html`<g class=${'queues-row' + (changed ? ' changed' : '')}>
    <rect class="queues-mark" x="6" y=${y} width=${width - 12} height=${high - 3} rx="3" />
    ${row.first && html`<text class="queues-topic" x="12" y=${y + 10}><title>${plain(row.name, 200)}</title>${name}</text>`}
    ${who && html`<g class="queues-nodes" ...${pressed(() => select({node: nodes[0]}), `Topic ${plain(row.name, 30)} at nodes ${nodes.join(', ')}`)}><text x=${short ? 70 : 130} y=${y + 10}>${who}</text></g>`}
    ${topic ? boxes(topic, left, y, width) : html`<text class="span-note" x=${left} y=${y + 10}>no such topic</text>`}</g>`
}

/** @param {Node} n @param {string} name */
function topicOf(n, name) {
  const place = n.queue.find(name)
  return place < 0 ? null : n.queue.topics.at(place)
}

/**
 * The oldest messages as boxes, as many as fit.
 * @param {import('../model/queue.js').Topic} topic
 * @param {number} left
 * @param {number} y
 * @param {number} width
 */
function boxes(topic, left, y, width) {
  if (!topic.length) return html`<text class="span-note" x=${left} y=${y + 10}>empty</text>`
  const parts = []
  let x = left + 34
  for (let i = 0; i < topic.length; i++) {
    const text = plain(topic.at(i), 12).replace(/ \([\d,]+ characters\)$/, '')
    const wide = Math.min(text.length * 6.8 + 14, 110)
    if (x + wide > width - 60 && i < topic.length) break
    parts.push(html`<g class="queues-box"><title>${plain(topic.at(i), 200)}</title><rect x=${x} y=${y + 1} width=${wide} height=${high - 6} rx="2.5" /><text x=${x + 7} y=${y + 10}>${text}</text></g>`)
    x += wide + 4
  }
  if (parts.length < topic.length) parts.push(html`<text class="span-note" x=${x + 2} y=${y + 10}>+ ${topic.length - parts.length}</text>`)
  return html`<g><text class="queues-count" x=${left + 24} y=${y + 10} text-anchor="end">${topic.length}</text>${parts}</g>`
}
