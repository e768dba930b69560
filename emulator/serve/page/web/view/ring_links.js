// The links of the ring: those that are cut have a bar, and those cut one way half a bar.
import {html} from './html.js'
import {onTheWay} from './ring_place.js'
import {pressed} from './press.js'

/** @typedef {import('./ring_nodes.js').Drawing} Drawing */

const most = 80 // cuts that are drawn

/**
 * The cut links, and how many are not drawn.
 * @param {Drawing} d
 */
export function linksOf(d) {
  const {cluster, places, selection} = d
  const parts = []
  let left = 0
  const chosen = selection.link
  const all = chosen && !cluster.cuts.has(chosen) ? [...cluster.cuts, chosen] : cluster.cuts
  for (const name of all) {
    const [from, to] = name.split('>').map(Number)
    const both = cluster.cuts.has(`${to}>${from}`)
    if ((both && from > to) || from >= places.at.length || to >= places.at.length) continue
    if (parts.length >= most) left++
    else parts.push(link(d, from, to, both, cluster.cuts.has(name)))
  }
  return {parts, left}
}

/** @param {Drawing} d @param {number} from @param {number} to @param {boolean} both @param {boolean} cut */
function link(d, from, to, both, cut) {
  const {r, at} = d.places
  const a = onTheWay(at[from], at[to], r + 9, 0, 0)
  const b = onTheWay(at[from], at[to], r + 9, 1, 0)
  const name = `${from}>${to}`
  const chosen = d.selection.link === name || d.selection.link === `${to}>${from}`
  const says = cut ? `Link ${from} ${both ? '↔' : '→'} ${to}, cut` : `Link ${from} → ${to}`
  return html`<g key=${name} class=${'ring-link' + (cut ? ' cut' : '') + (chosen ? ' chosen' : '')} ...${pressed(() => d.select({link: name}), says, {reached: !d.places.dense})}>
    <title>${says}</title><path class="ring-hit" d=${`M${a.x} ${a.y}L${b.x} ${b.y}`} /><path class="ring-line" d=${`M${a.x} ${a.y}L${b.x} ${b.y}`} />
    ${cut && bar(at[from], at[to], r, both)}</g>`
}

/**
 * A bar across a link. One way it stands near the end, on the side on which messages pass,
 * with an arrow that runs into it.
 * @param {import('./ring_place.js').Point} a
 * @param {import('./ring_place.js').Point} b
 * @param {number} r
 * @param {boolean} both
 */
function bar(a, b, r, both) {
  const h = Math.max(r * 0.4, 4)
  if (both) {
    const p = onTheWay(a, b, r, 0.5, 0)
    return html`<path class="ring-bar" d=${[-2, 2].map((k) => `M${p.x + p.dx * k + p.dy * h} ${p.y + p.dy * k - p.dx * h}L${p.x + p.dx * k - p.dy * h} ${p.y + p.dy * k + p.dx * h}`).join('')} />`
  }
  const p = onTheWay(a, b, r, 0.68, 0)
  const q = {x: p.x - p.dx * 3, y: p.y - p.dy * 3}
  return html`<path class="ring-bar" d=${`M${p.x} ${p.y}L${p.x - p.dy * h * 1.4} ${p.y + p.dx * h * 1.4}`} />
    <path class="ring-bar thin" d=${`M${q.x - p.dx * h + p.dy * h * 0.7} ${q.y - p.dy * h - p.dx * h * 0.7}L${q.x} ${q.y}L${q.x - p.dx * h - p.dy * h * 0.7} ${q.y - p.dy * h + p.dx * h * 0.7}`} />`
}

/**
 * The groups into which cuts divide the nodes, if nothing else is cut; otherwise null.
 * @param {import('../model/cluster.js').Cluster} cluster
 * @returns {number[][]|null}
 */
export function groupsOf(cluster) {
  const n = cluster.nodes.length
  if (!cluster.cuts.size || n > 101) return null
  const group = new Array(n).fill(-1)
  const groups = /** @type {number[][]} */ ([])
  for (let i = 0; i < n; i++) {
    if (group[i] >= 0) continue
    const members = [i]
    group[i] = groups.length
    for (let k = 0; k < members.length; k++) {
      for (let j = 0; j < n; j++) {
        if (group[j] >= 0 || (cluster.isCut(members[k], j) && cluster.isCut(j, members[k]))) continue
        group[j] = groups.length
        members.push(j)
      }
    }
    groups.push(members.sort((a, b) => a - b))
  }
  const across = n * n - groups.reduce((sum, g) => sum + g.length * g.length, 0)
  return groups.length > 1 && cluster.cuts.size === across ? groups : null
}

/**
 * The nodes that no other node reaches and that reach none.
 * @param {import('../model/cluster.js').Cluster} cluster
 * @returns {Set<number>}
 */
export function aloneOf(cluster) {
  const n = cluster.nodes.length
  const cuts = new Array(n).fill(0)
  for (const name of cluster.cuts) {
    const [from, to] = name.split('>').map(Number)
    cuts[from]++
    cuts[to]++
  }
  return new Set(cuts.flatMap((k, id) => (n > 1 && k >= 2 * (n - 1) ? [id] : [])))
}
