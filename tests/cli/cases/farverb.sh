pare compactify
