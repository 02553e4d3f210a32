/// A certificate for 127.0.0.1 that vouches for itself from 2020 to 2120, and its key, which guards nothing.
enum TestCertificate {
    static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBZjCCAQygAwIBAgIBATAKBggqhkjOPQQDAjAZMRcwFQYDVQQDDA5XZWJGZXRj
        aCB0ZXN0czAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowGTEXMBUG
        A1UEAwwOV2ViRmV0Y2ggdGVzdHMwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATt
        p+lLK5tveYkcwXDZmbuO1ZxVCVp53YgFZI20wbw2e49lfmmkBZRVJ9S7QthYhWoy
        N0V8fUU2E3TFqK0SDv+no0MwQTAPBgNVHRMBAf8EBTADAQH/MA8GA1UdEQQIMAaH
        BH8AAAEwHQYDVR0OBBYEFNLk7CLrg1H11N3fDFV+PkV+kbpLMAoGCCqGSM49BAMC
        A0gAMEUCIDYDFr9w16zpSDJLc+M1v+dV5oFc9GVwQs/rDW7bu+qpAiEAvXlKK3wg
        vauZN7st6Xk0EBhr66MyT7u4xEtFMge54ac=
        -----END CERTIFICATE-----
        """

    static let privateKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg9xfBlxDpeq8KBDS8
        YKsuz9sAQFVzbZl1qHXtORAl/jChRANCAATtp+lLK5tveYkcwXDZmbuO1ZxVCVp5
        3YgFZI20wbw2e49lfmmkBZRVJ9S7QthYhWoyN0V8fUU2E3TFqK0SDv+n
        -----END PRIVATE KEY-----
        """
}
