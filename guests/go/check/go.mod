module sundial/check

go 1.23
