// Where the nodes of the ring stand, and how large everything is.

/** @typedef {{x: number, y: number}} Point */

/**
 * The geometry of a ring. Each node has a place and an angle; r is the radius of its disc
 * and m that of a message.
 * @typedef {object} Places
 * @property {number} width
 * @property {number} height
 * @property {number} r
 * @property {number} m
 * @property {boolean} dense
 * @property {(Point & {angle: number, rim: Point})[]} at by node; rim is outside of all discs
 */

/** The most nodes that are drawn. */
export const drawn = 101

/**
 * @param {number} nodes
 * @param {{width: number, height: number}} size
 * @param {number} foot the room that is left free below
 * @returns {Places}
 */
export function placesOf(nodes, size, foot) {
  const width = Math.max(size.width, 240)
  const height = Math.max(size.height, 200)
  return nodes > 13 ? densePlaces(Math.min(nodes, drawn), width, height, foot) : fullPlaces(nodes, width, height, foot)
}

/** @param {number} i @param {number} n */
function angleOf(i, n) { return (2 * Math.PI * i) / n - Math.PI / 2 }

/**
 * Up to 13 nodes, each with room for words beside it.
 * @param {number} n
 * @param {number} width
 * @param {number} height
 * @param {number} foot
 * @returns {Places}
 */
function fullPlaces(n, width, height, foot) {
  const wanted = n <= 5 ? 25 : n <= 7 ? 22 : n <= 9 ? 19 : 16
  const r = Math.max(Math.min(wanted, height / 11, width / 13), n <= 7 ? 15 : 12)
  const angles = Array.from({length: n}, (_, i) => angleOf(i, n))
  const side = r + 88
  const top = r + 40
  const xs = angles.map(Math.cos)
  const ys = angles.map(Math.sin)
  const high = Math.max(...ys) - Math.min(...ys) || 1
  const lowest = n > 2 && n % 2 === 1 ? r + 14 : top
  let ry = (height - foot - top - lowest) / high
  let rx = (width - 2 * side) / (Math.max(...xs) - Math.min(...xs) || 1)
  if (n === 1) rx = ry = 0
  rx = Math.min(rx, ry * 1.5)
  ry = Math.min(ry, Math.max(rx * 1.25, 40))
  const cy = (top + height - foot - lowest) / 2 - (ry * (Math.max(...ys) + Math.min(...ys))) / 2
  const at = angles.map((angle) => {
    const p = {x: width / 2 + rx * Math.cos(angle), y: cy + ry * Math.sin(angle)}
    return {...p, angle, rim: p}
  })
  return {width, height, r, m: n <= 5 ? 9 : n <= 9 ? 8 : 7, dense: false, at}
}

/**
 * Up to 101 nodes, which stand alternately on one, two, three or four rings.
 * @param {number} n
 * @param {number} width
 * @param {number} height
 * @param {number} foot
 * @returns {Places}
 */
function densePlaces(n, width, height, foot) {
  const radius = Math.min(width / 2, (height - foot) / 2) - 24
  const cy = (height - foot) / 2
  let best = {r: 0, rows: 1}
  for (let rows = 1; rows <= 4; rows++) {
    const perRow = Math.ceil(n / rows)
    let r = 13
    while (r > 3 && (2 * Math.PI * (radius - (rows - 1) * (2 * r + 8))) / perRow < 2 * r + 6) r -= 0.5
    if (r > best.r) best = {r, rows}
  }
  const {r, rows} = best
  const stretch = Math.min(Math.max((width / 2 - 24) / radius, 1), 1.35)
  const at = Array.from({length: n}, (_, i) => {
    const own = radius - (i % rows) * (2 * r + 8)
    const angle = angleOf(i, n)
    return {x: width / 2 + own * stretch * Math.cos(angle), y: cy + own * Math.sin(angle), angle, rim: {x: width / 2 + (radius + r + 8) * stretch * Math.cos(angle), y: cy + (radius + r + 8) * Math.sin(angle)}}
  })
  return {width, height, r, m: Math.max(r * 0.5, 3), dense: true, at}
}

/**
 * A point on the way from one node to another, a little to the right of the line, so that
 * the two directions do not cover each other.
 * @param {Point} from
 * @param {Point} to
 * @param {number} gap free at both ends
 * @param {number} part from 0 to 1
 * @param {number} aside
 * @returns {Point & {dx: number, dy: number}} with the direction
 */
export function onTheWay(from, to, gap, part, aside) {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1
  const dx = (to.x - from.x) / length
  const dy = (to.y - from.y) / length
  const along = Math.min(gap, length / 2) + part * Math.max(length - 2 * gap, 0)
  return {x: from.x + dx * along - dy * aside, y: from.y + dy * along + dx * aside, dx, dy}
}
