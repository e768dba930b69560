// What dragging in the ring does. From one node to another it cuts the link between them,
// or mends it; with Shift one way only. A node that is dragged away from its place is parted
// from the others; nodes that stand close to each other there are one group.
import {useEffect, useRef, useState} from './html.js'

/** @typedef {import('./ring_place.js').Places} Places */
/** @typedef {import('./ring_place.js').Point} Point */
/** @typedef {{id: number, x: number, y: number, startX: number, startY: number, moved: boolean, shift: boolean}} Drag */
/** @typedef {{cut: (from: number, to: number, both: boolean) => void, mend: (from: number, to: number, both: boolean) => void, groups: (groups: number[][]) => void}} Acts */

/**
 * @param {Places} places without what was dragged
 * @param {import('../model/cluster.js').Cluster} cluster
 * @param {Acts|null} act
 * @param {number|null} chosen node
 */
export function useDrag(places, cluster, act, chosen) {
  const [drag, setDrag] = useState(/** @type {Drag|null} */ (null))
  const [pulled, setPulled] = useState(/** @type {Map<number, Point>} */ (new Map()))
  const parted = useRef(false)
  useEffect(() => {
    if (cluster.cuts.size) parted.current = true
    else if (parted.current) {
      parted.current = false
      setPulled(new Map())
    }
  }, [cluster.cuts.size === 0])
  const now = {...places, at: places.at.map((p, id) => ({...p, ...pulled.get(id)}))}
  const over = drag && drag.moved ? nodeAt(now, drag.x, drag.y, drag.id) : null
  const grab = (/** @type {number} */ id, /** @type {PointerEvent} */ e) => {
    if (!act || e.button !== 0) return
    const p = point(e)
    setDrag({id, ...p, startX: p.x, startY: p.y, moved: false, shift: e.shiftKey})
  }
  const move = (/** @type {PointerEvent} */ e) => {
    if (!drag) return
    const p = point(e)
    const moved = drag.moved || Math.hypot(p.x - drag.startX, p.y - drag.startY) > 6
    if (moved && !drag.moved) /** @type {Element} */ (e.currentTarget).setPointerCapture(e.pointerId)
    setDrag({...drag, ...p, moved, shift: e.shiftKey})
  }
  const drop = (/** @type {PointerEvent} */ e) => {
    setDrag(null)
    if (!drag || !drag.moved || !act) return
    if (over !== null) return turn(cluster, act, drag.id, over, !e.shiftKey)
    const next = pulledBy(places, pulled, drag)
    if (!next) return
    setPulled(next)
    act.groups(groupsOfPulled(next, cluster.nodes.length, places.r * 4))
  }
  const key = (/** @type {number} */ id, /** @type {KeyboardEvent} */ e) => {
    if (!act || chosen === null || chosen === id || e.key.toLowerCase() !== 'x' || e.ctrlKey || e.metaKey || e.altKey) return
    e.preventDefault()
    turn(cluster, act, chosen, id, !e.shiftKey)
  }
  return {places: now, drag: drag && drag.moved ? drag : null, over, words: wordsOf(drag, over, cluster, places, pulled), grab, move, drop, key, cancel: () => setDrag(null)}
}

/** @param {PointerEvent} e */
function point(e) {
  const svg = /** @type {Element} */ (e.currentTarget).closest('svg')
  const box = /** @type {Element} */ (svg).getBoundingClientRect()
  return {x: e.clientX - box.left, y: e.clientY - box.top}
}

/** @param {Places} places @param {number} x @param {number} y @param {number} but */
function nodeAt(places, x, y, but) {
  const id = places.at.findIndex((p, i) => i !== but && Math.hypot(p.x - x, p.y - y) < places.r + 8)
  return id < 0 ? null : id
}

/**
 * Cuts a link, or mends it if it is cut.
 * @param {import('../model/cluster.js').Cluster} cluster
 * @param {Acts} act
 * @param {number} from
 * @param {number} to
 * @param {boolean} both
 */
function turn(cluster, act, from, to, both) {
  if (cluster.isCut(from, to)) act.mend(from, to, both)
  else act.cut(from, to, both)
}

/**
 * The nodes that stand apart after a drag; null if nothing changed.
 * @param {Places} places
 * @param {Map<number, Point>} pulled
 * @param {Drag} drag
 */
function pulledBy(places, pulled, drag) {
  const home = places.at[drag.id]
  const next = new Map(pulled)
  if (Math.hypot(home.x - drag.x, home.y - drag.y) > places.r * 1.6) return next.set(drag.id, {x: drag.x, y: drag.y})
  return next.delete(drag.id) ? next : null
}

/**
 * @param {Map<number, Point>} pulled
 * @param {number} nodes
 * @param {number} close
 */
export function groupsOfPulled(pulled, nodes, close) {
  const groups = /** @type {number[][]} */ ([])
  const rest = new Set(pulled.keys())
  for (const first of pulled.keys()) {
    if (!rest.delete(first)) continue
    const group = [first]
    for (let k = 0; k < group.length; k++) {
      const a = /** @type {Point} */ (pulled.get(group[k]))
      for (const id of [...rest]) {
        const b = /** @type {Point} */ (pulled.get(id))
        if (Math.hypot(a.x - b.x, a.y - b.y) < close && rest.delete(id)) group.push(id)
      }
    }
    groups.push(group.sort((a, b) => a - b))
  }
  const home = Array.from({length: nodes}, (_, id) => id).filter((id) => !pulled.has(id))
  return home.length ? [...groups, home] : groups
}

/**
 * What happens if the drag ends here.
 * @param {Drag|null} drag
 * @param {number|null} over
 * @param {import('../model/cluster.js').Cluster} cluster
 * @param {Places} places
 * @param {Map<number, Point>} pulled
 */
function wordsOf(drag, over, cluster, places, pulled) {
  if (!drag || !drag.moved) return ''
  if (over !== null) return `${cluster.isCut(drag.id, over) ? 'mend' : 'cut'} ${drag.id} ${drag.shift ? '→' : '↔'} ${over}` + (drag.shift ? '' : ' (Shift: one way)')
  const next = pulledBy(places, pulled, drag)
  if (!next) return 'to another node: cut the link; away: partition'
  const groups = groupsOfPulled(next, cluster.nodes.length, places.r * 4)
  return groups.length < 2 ? 'remove all cuts' : 'partition ' + groups.map((g) => g.join(' ')).join(' | ')
}
