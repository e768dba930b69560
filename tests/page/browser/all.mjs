// All tests of the page in one browser.
import './live.test.mjs'
import './actions.test.mjs'
import './time.test.mjs'
import './recorded.test.mjs'
import './hostile.test.mjs'
import './looks.test.mjs'
import './why.test.mjs'
import './forks.test.mjs'
