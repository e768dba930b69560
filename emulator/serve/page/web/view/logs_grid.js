// Where the cells of the logs stand, and which indices are in view.

/**
 * @typedef {object} Grid
 * @property {number} width
 * @property {number} height
 * @property {number} left of the first cell
 * @property {number} top of the first row
 * @property {number} cell its width
 * @property {number} high its height
 * @property {number} row the distance of two rows
 * @property {number} rows
 * @property {number} columns
 * @property {number} first index in view
 * @property {number} last index in view
 * @property {boolean} moves whether there are more indices than fit
 * @property {boolean} dense whether runs of entries are drawn as one
 * @property {(index: number) => number} x
 */

/**
 * @param {{width: number, height: number}} size
 * @param {number} rows
 * @param {number} longest index
 * @param {number|null} scrolled the first index that the reader wants to see
 * @param {number|null} chosen index
 * @returns {Grid}
 */
export function gridOf(size, rows, longest, scrolled, chosen) {
  const width = Math.max(size.width, 240)
  const dense = rows > 13
  const left = dense ? 80 : 92
  const room = width - left - 14
  const foot = 24
  const cell = Math.min(Math.max(Math.floor(room / Math.max(longest + 1, 1)), dense ? 14 : 22), dense ? 28 : 96)
  const columns = Math.max(Math.floor(room / cell), 1)
  const moves = longest + 1 > columns
  const top = moves ? 44 : 26
  const fair = (size.height - top - foot) / Math.max(rows, 1)
  const row = dense ? 17 : Math.min(Math.max(Math.floor(fair), 30), 48)
  const high = dense ? 12 : Math.min(row - 11, 30)
  let first = 1
  if (moves) {
    first = longest + 2 - columns
    if (scrolled !== null) first = Math.round(scrolled)
    else if (chosen !== null && (chosen < first || chosen > first + columns - 1)) first = chosen - Math.floor(columns / 2)
    first = Math.min(Math.max(first, 1), longest + 2 - columns)
  }
  return {
    width, height: top + rows * row + foot, left, top, cell, high, row, rows, columns, first,
    last: Math.min(first + columns - 1, Math.max(longest + 1, 1)), moves, dense, x: (index) => left + (index - first) * cell,
  }
}
