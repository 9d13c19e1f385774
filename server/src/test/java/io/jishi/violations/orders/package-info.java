/** Names no capability, and uses one. */
@Uses({})
package io.jishi.violations.orders;

import io.jishi.core.Uses;
