/** Load simulations: many kinds of users at once against whole servers, and what must hold when they have gone. */
@NullMarked
package io.jishi.load;

import org.jspecify.annotations.NullMarked;
