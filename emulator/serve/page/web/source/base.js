// Where the page's API is: that of the hosted cluster, or that of a fork, whose page is below
// the fork's path.

/**
 * The path below which the routes of a page are: '' or '/v1/forks/3'.
 * @param {string} pathname of the page
 */
export function baseOf(pathname) {
  const found = /^\/v1\/forks\/\d+(?=\/|$)/.exec(pathname)
  return found ? found[0] : ''
}

/** That of this page. */
export const base = typeof location === 'undefined' ? '' : baseOf(location.pathname)

/** The number of the fork that the page shows; 0: it shows the hosted cluster. */
export const fork = base ? Number(base.slice(base.lastIndexOf('/') + 1)) : 0
