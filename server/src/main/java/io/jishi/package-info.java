/** Where the parts are put together: configuration, wiring, start and stop. */
@NullMarked
package io.jishi;

import org.jspecify.annotations.NullMarked;
