package io.jishi.violations.util;

final class Things {}
