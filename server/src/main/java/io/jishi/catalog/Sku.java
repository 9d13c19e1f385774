package io.jishi.catalog;

import io.jishi.core.Id;
import io.jishi.core.LocalText;

/**
 * One variant of a product.
 *
 * @param code the host's own name for it, unique within the product
 * @param priceMinor the ordinary price of one unit, in fen
 * @param available units that nobody has a claim on
 */
public record Sku(Id<Sku> id, LocalText name, String code, long priceMinor, int available) {}
