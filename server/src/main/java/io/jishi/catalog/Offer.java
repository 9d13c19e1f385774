package io.jishi.catalog;

/**
 * What can be bought of a SKU in one location.
 *
 * @param available units that nobody has a claim on there
 */
public record Offer(SkuOfProduct sku, int available) {}
