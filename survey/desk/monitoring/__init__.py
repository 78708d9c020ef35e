"""Pages of programme monitoring: the results framework, activities, risks, staff safety."""
