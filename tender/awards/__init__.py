"""Awards: prices, results with their working, recommendation, approval, standstill."""
