package io.jishi.violations.realtime;

final class KnowsCatalog {
    io.jishi.violations.catalog.Catalog catalog;
}
