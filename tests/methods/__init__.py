"""Books kept by each cost method, from text to vouchers, against figures computed by hand."""
