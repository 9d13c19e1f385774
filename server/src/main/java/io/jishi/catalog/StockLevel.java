package io.jishi.catalog;

import io.jishi.core.Id;
import io.jishi.core.LocalText;

/**
 * What there is of a SKU in one location.
 *
 * @param name of product and variant
 * @param available units that nobody has a claim on
 */
public record StockLevel(Id<Sku> skuId, LocalText name, String code, Id<Location> locationId, int available) {}
