// The nodes of the ring: a disc with the term, a rim that shows the role, an arc for the
// time to the next timeout, a candidate's votes, and words.
import {html} from './html.js'
import {termFill, termInk} from './colour.js'
import {duration} from './format.js'
import {pressed} from './press.js'

/** @typedef {import('../model/types.js').Node} Node */
/** @typedef {import('./ring_place.js').Places} Places */

/**
 * What the parts of the ring get.
 * @typedef {object} Drawing
 * @property {import('../model/cluster.js').Cluster} cluster
 * @property {import('../model/history.js').History} history
 * @property {import('../model/types.js').Changed|null} changed
 * @property {import('../store.js').Selection} selection
 * @property {(what: Partial<import('../store.js').Selection>) => void} select
 * @property {Places} places
 * @property {import('../model/types.js').Flight[]} flights
 * @property {number} now
 * @property {Set<number>} alone the nodes that nobody reaches and that reach nobody
 * @property {(id: number, e: PointerEvent) => void} grab
 * @property {(id: number, e: KeyboardEvent) => void} key
 */

/** @param {Drawing} d */
export function nodesOf(d) {
  return d.cluster.nodes.slice(0, d.places.at.length).map((n) => (d.places.dense ? denseNode(d, n) : fullNode(d, n)))
}

/**
 * A point on a circle around the place of a node.
 * @param {number} x
 * @param {number} y
 * @param {number} r
 * @param {number} angle
 */
function around(x, y, r, angle) { return `${(x + r * Math.cos(angle)).toFixed(1)} ${(y + r * Math.sin(angle)).toFixed(1)}` }

/** @param {Drawing} d @param {Node} n */
function fullNode(d, n) {
  const {x, y} = d.places.at[n.id]
  const r = d.places.r
  return html`<g key=${n.id}>
    <g class=${classOf(d, n)} ...${pressed(() => d.select({node: n.id}), nodeWords(d, n), {keys: (e) => d.key(n.id, e)})} data-node=${n.id}
      onPointerDown=${(/** @type {PointerEvent} */ e) => d.grab(n.id, e)}>
      <circle class="ring-halo" cx=${x} cy=${y} r=${r + 10} />
      ${n.up && n.timer && timerArc(d, n, x, y, r + 5.5)}
      ${disc(n, x, y, r)}
      ${n.role === 'Candidate' && n.up && votes(d, n, x, y, r)}
      ${words(d, n, x, y, r)}
    </g>
    <text class="ring-term" x=${x} y=${y} font-size=${Math.round(r * (n.role === 'Candidate' && n.up ? 0.62 : 0.8))} fill=${n.up ? termInk(n.term) : 'var(--muted)'}>${n.term}</text>
    ${!n.up && html`<path class="ring-down" d=${`M${x - r * 0.7} ${y - r * 0.7}L${x + r * 0.7} ${y + r * 0.7}M${x + r * 0.7} ${y - r * 0.7}L${x - r * 0.7} ${y + r * 0.7}`} />`}
    ${n.paused && pauseSign(x + r * 0.75, y + r * 0.75, 7)}
  </g>`
}

/** @param {Drawing} d @param {Node} n */
function classOf(d, n) {
  const fields = d.changed && d.changed.nodes.get(n.id)
  return 'ring-node' + (d.selection.node === n.id ? ' chosen' : '') + (fields && fields.some((f) => f !== 'timer') ? ' changed' : '') + (n.up ? '' : ' down')
}

/**
 * The disc in the term's colour. A leader has a second, thick rim and corners of a crown; a
 * candidate a dashed rim.
 * @param {Node} n
 * @param {number} x
 * @param {number} y
 * @param {number} r
 */
function disc(n, x, y, r) {
  if (!n.up) return html`<circle class="ring-disc ring-crashed" cx=${x} cy=${y} r=${r} />`
  const fill = termFill(n.term)
  if (n.role === 'Leader') {
    return html`<circle class="ring-disc ring-leader" cx=${x} cy=${y} r=${r - 1} fill=${fill} />
      ${r > 8 && html`<circle class="ring-inner" cx=${x} cy=${y} r=${r - 5} stroke=${termInk(n.term)} />`}`
  }
  return html`<circle class=${'ring-disc ' + (n.role === 'Candidate' ? 'ring-candidate' : 'ring-follower')} cx=${x} cy=${y} r=${r} fill=${fill} />`
}

/**
 * The arc is full when the longest timeout is left, and gone when the time is up.
 * @param {Drawing} d
 * @param {Node} n
 * @param {number} x
 * @param {number} y
 * @param {number} r
 */
function timerArc(d, n, x, y, r) {
  if (!n.timer) return null
  const part = timerPart(d, n)
  const end = -Math.PI / 2 + 2 * Math.PI * Math.min(part, 0.9999)
  const late = n.timer.kind === 'election' && part < 0.15
  return html`<circle class="ring-track" cx=${x} cy=${y} r=${r} />
    <path class=${'ring-timer ' + n.timer.kind + (late ? ' late' : '')} d=${`M${around(x, y, r, -Math.PI / 2)}A${r} ${r} 0 ${part > 0.5 ? 1 : 0} 1 ${around(x, y, r, end)}`} />`
}

const scales = new WeakMap()

/**
 * The part of the longest timeout that is left, from 0 to 1.
 * @param {Drawing} d
 * @param {Node} n
 */
function timerPart(d, n) {
  if (!n.timer) return 0
  let scale = scales.get(d.history)
  if (!scale) {
    const fixture = (d.history.header && d.history.header.fixture) || ''
    const election = /^\s*election_timeout_ms\s*=\s*\[[^,\]]*,\s*([\d.]+)/m.exec(fixture)
    const heartbeat = /^\s*heartbeat_ms\s*=\s*([\d.]+)/m.exec(fixture)
    scale = {election: Number(election ? election[1] : 300) * 1e6, heartbeat: Number(heartbeat ? heartbeat[1] : 50) * 1e6}
    scales.set(d.history, scale)
  }
  return Math.min(Math.max((n.timer.at - d.now) / (scale[n.timer.kind] * (n.skew || 1)), 0), 1)
}

/**
 * The votes of a candidate, each in the direction in which its node stands.
 * @param {Drawing} d
 * @param {Node} n
 * @param {number} x
 * @param {number} y
 * @param {number} r
 */
function votes(d, n, x, y, r) {
  const ink = termInk(n.term)
  const size = Math.max(r / 9, 1.7)
  return d.cluster.nodes.slice(0, d.places.at.length).map((other) => {
    const at = d.places.at[other.id]
    const angle = other.id === n.id ? Math.atan2(y - d.places.height / 2, x - d.places.width / 2) : Math.atan2(at.y - y, at.x - x)
    const px = x + (r - size - 3) * Math.cos(angle)
    const py = y + (r - size - 3) * Math.sin(angle)
    const vote = voteOf(d, n, other)
    if (vote === 'refused') return html`<path class="ring-vote refused" stroke=${ink} d=${`M${px - size} ${py - size}l${2 * size} ${2 * size}m0 ${-2 * size}l${-2 * size} ${2 * size}`} />`
    if (vote === 'coming') return html`<circle class="ring-vote coming" cx=${px} cy=${py} r=${size} stroke=${ink} /><circle cx=${px} cy=${py} r=${size * 0.4} fill=${ink} />`
    return html`<circle class=${'ring-vote ' + vote} cx=${px} cy=${py} r=${size} stroke=${ink} fill=${vote === 'has' ? ink : 'none'} />`
  })
}

/**
 * Whether a candidate has a node's vote, the vote is on its way, or the node refuses.
 * @param {Drawing} d
 * @param {Node} candidate
 * @param {Node} other
 * @returns {'has'|'coming'|'refused'|'open'}
 */
export function voteOf({flights, history, cluster}, candidate, other) {
  if (candidate.votes && candidate.votes.includes(other.id)) return 'has'
  for (const {message: m} of flights) {
    if (m.type === 'RequestVoteResponse' && m.from === other.id && m.to === candidate.id && m.term === candidate.term) return m.vote_granted ? 'coming' : 'refused'
  }
  if (other.term > candidate.term) return 'refused'
  if (other.term === candidate.term && other.votedFor !== null && other.votedFor !== candidate.id) return 'refused'
  for (let seq = cluster.seq, least = Math.max(seq - 400, history.first); seq >= least; seq--) {
    const r = history.record(seq)
    if (!r || (r.event === 'Timeout' && r.node === candidate.id)) break
    const m = r.event === 'HandleRequestVoteResponse' && r.node === candidate.id ? r.message : null
    if (m && m.from === other.id && m.term === candidate.term && !m.vote_granted) return 'refused'
  }
  return 'open'
}

/** @param {number} x @param {number} y @param {number} s */
function pauseSign(x, y, s) {
  return html`<g class="ring-pause"><circle cx=${x} cy=${y} r=${s} /><path d=${`M${x - 2.3} ${y - 3.2}v6.4M${x + 2.3} ${y - 3.2}v6.4`} /></g>`
}

/**
 * Who the node is and what it is, beside its disc.
 * @param {Drawing} d
 * @param {Node} n
 * @param {number} x
 * @param {number} y
 * @param {number} r
 */
function words(d, n, x, y, r) {
  const {angle} = d.places.at[n.id]
  const notes = notesOf(d, n)
  const first = html`<tspan class="ring-id">${n.id}</tspan> ${n.up ? n.role.toLowerCase() : 'crashed'}`
  const cos = Math.cos(angle)
  if (Math.abs(cos) < 0.35) {
    const above = Math.sin(angle) < 0
    const base = above ? y - r - 27 : y + r + 23
    const lean = Math.abs(cos) < 0.05 ? 0 : Math.sign(cos)
    const side = lean === 0 ? 'middle' : lean > 0 ? 'start' : 'end'
    const at = x - lean * r * 0.6
    return html`<text class="ring-words" x=${at} y=${base} text-anchor=${side}>${first}</text>${' '}<text class="ring-notes" x=${at} y=${base + 14} text-anchor=${side}>${notes}</text>`
  }
  const right = cos > 0
  const px = x + (right ? r + 12 : -r - 12)
  const anchor = right ? 'start' : 'end'
  return html`<text class="ring-words" x=${px} y=${y - 2} text-anchor=${anchor}>${first}</text>${' '}<text class="ring-notes" x=${px} y=${y + 12} text-anchor=${anchor}>${notes}</text>`
}

/** @param {Drawing} d @param {Node} n */
function allNotesOf(d, n) {
  const notes = []
  if (n.paused) notes.push('paused')
  if (d.alone.has(n.id)) notes.push('cut off')
  if (n.bug) notes.push('bug')
  if (n.skew !== 1) notes.push(`timers ×${n.skew}`)
  if (n.votedFor !== null) notes.push(`vote ${n.votedFor}`)
  return notes
}

/** @param {Drawing} d @param {Node} n */
function notesOf(d, n) { return allNotesOf(d, n).slice(0, 2).join(', ') }

/**
 * A node in words. They begin with those that stand beside it, so that who speaks to the
 * page can say them.
 * @param {Drawing} d
 * @param {Node} n
 */
export function nodeWords(d, n) {
  const parts = [`Node ${n.id}`, n.up ? n.role.toLowerCase() : 'crashed', ...allNotesOf(d, n), `term ${n.term}`]
  if (n.role === 'Candidate' && n.votes) parts.push(`${n.votes.length} of ${d.cluster.nodes.length} votes`)
  if (n.timer) parts.push(`${n.timer.kind} timer in ${duration(Math.max(n.timer.at - d.now, 0))}`)
  return parts.join(', ')
}

/** @param {Drawing} d @param {Node} n */
function denseNode(d, n) {
  const {x, y} = d.places.at[n.id]
  const r = d.places.r
  const number = r >= 5
  return html`<g key=${n.id} class=${classOf(d, n)} ...${pressed(() => d.select({node: n.id}), nodeWords(d, n), {keys: (e) => d.key(n.id, e)})} data-node=${n.id}
      onPointerDown=${(/** @type {PointerEvent} */ e) => d.grab(n.id, e)}>
    <title>${nodeWords(d, n)}</title>
    <circle class="ring-halo" cx=${x} cy=${y} r=${r + 3.5} />
    ${n.up && n.role === 'Leader' && html`<circle class="ring-crown" cx=${x} cy=${y} r=${r + 3} />`}
    ${disc(n, x, y, r)}
    ${number && html`<text class="ring-term" x=${x} y=${y} font-size=${Math.max(r * 1.1, 7)} fill=${n.up ? termInk(n.term) : 'var(--muted)'}>${n.term}</text>`}
    ${!n.up && html`<path class="ring-down" d=${`M${x - r * 0.7} ${y - r * 0.7}l${r * 1.4} ${r * 1.4}m0 ${-r * 1.4}l${-r * 1.4} ${r * 1.4}`} />`}
    ${n.paused && html`<path class="ring-pause-small" d=${`M${x - 2} ${y - r * 0.6}v${r * 1.2}M${x + 2} ${y - r * 0.6}v${r * 1.2}`} />`}
    ${named(d, n) && outerWord(d, n, x, y, r)}
  </g>`
}

/**
 * Whether a node of a dense ring has its id beside it: leaders, candidates, the selected
 * one, and each tenth.
 * @param {Drawing} d
 * @param {Node} n
 */
function named(d, n) { return n.role !== 'Follower' || d.selection.node === n.id || (n.id % 10 === 0 && n.id < d.places.at.length - 3) }

/** @param {Drawing} d @param {Node} n @param {number} x @param {number} y @param {number} r */
function outerWord(d, n, x, y, r) {
  const {angle, rim} = d.places.at[n.id]
  if (n.role === 'Follower') return html`<text class="ring-far" x=${rim.x} y=${rim.y}>${n.id}</text>`
  const away = r + 10
  return html`<text class="ring-far strong" x=${x + away * Math.cos(angle)} y=${y + away * Math.sin(angle)}>${n.id}</text>`
}
