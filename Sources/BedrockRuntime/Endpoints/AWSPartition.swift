/// A group of regions that share DNS suffixes and an ARN prefix, as AWS's own endpoint data lists them.
///
/// Data of botocore 1.44 (`partitions.json`), November 2026.
struct AWSPartition: Sendable {
    /// The partition as it stands in an ARN: `aws`, `aws-cn`.
    let id: String
    /// What a host name ends in.
    let dnsSuffix: String
    /// What a host name reachable by IPv4 and IPv6 ends in.
    let dualStackSuffix: String
    /// What the names of its regions begin with; empty for the commercial partition, which takes all the others.
    let regionPrefix: String
    /// The regions it is known to have.
    let regions: [String]
}

extension AWSPartition {
    /// Every partition, the commercial one first.
    static let all: [AWSPartition] = [commercial, china, europeanSovereign] + isolated + [usGovernment]

    /// The partition that a region which no list names belongs to, by the beginning of its name.
    static func forRegion(named name: String) -> AWSPartition {
        all.first { !$0.regionPrefix.isEmpty && name.hasPrefix($0.regionPrefix) } ?? commercial
    }

    private static let commercial = AWSPartition(
        id: "aws",
        dnsSuffix: "amazonaws.com",
        dualStackSuffix: "api.aws",
        regionPrefix: "",
        regions: [
            "af-south-1", "ap-east-1", "ap-east-2", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3",
            "ap-south-1", "ap-south-2", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4",
            "ap-southeast-5", "ap-southeast-6", "ap-southeast-7", "ca-central-1", "ca-west-1", "eu-central-1",
            "eu-central-2", "eu-north-1", "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-2", "eu-west-3",
            "il-central-1", "me-central-1", "me-south-1", "me-west-1", "mx-central-1", "sa-east-1", "sa-west-1",
            "us-east-1", "us-east-2", "us-west-1", "us-west-2",
        ]
    )

    private static let china = AWSPartition(
        id: "aws-cn",
        dnsSuffix: "amazonaws.com.cn",
        dualStackSuffix: "api.amazonwebservices.com.cn",
        regionPrefix: "cn-",
        regions: ["cn-north-1", "cn-northwest-1"]
    )

    private static let europeanSovereign = AWSPartition(
        id: "aws-eusc",
        dnsSuffix: "amazonaws.eu",
        dualStackSuffix: "api.amazonwebservices.eu",
        regionPrefix: "eusc-",
        regions: ["eusc-de-east-1"]
    )

    private static let usGovernment = AWSPartition(
        id: "aws-us-gov",
        dnsSuffix: "amazonaws.com",
        dualStackSuffix: "api.aws",
        regionPrefix: "us-gov-",
        regions: ["us-gov-east-1", "us-gov-west-1"]
    )

    private static let isolated = [
        AWSPartition(
            id: "aws-iso",
            dnsSuffix: "c2s.ic.gov",
            dualStackSuffix: "api.aws.ic.gov",
            regionPrefix: "us-iso-",
            regions: ["us-iso-east-1", "us-iso-west-1"]
        ),
        AWSPartition(
            id: "aws-iso-b",
            dnsSuffix: "sc2s.sgov.gov",
            dualStackSuffix: "api.aws.scloud",
            regionPrefix: "us-isob-",
            regions: ["us-isob-east-1", "us-isob-west-1"]
        ),
        AWSPartition(
            id: "aws-iso-e",
            dnsSuffix: "cloud.adc-e.uk",
            dualStackSuffix: "api.cloud-aws.adc-e.uk",
            regionPrefix: "eu-isoe-",
            regions: ["eu-isoe-west-1"]
        ),
        AWSPartition(
            id: "aws-iso-f",
            dnsSuffix: "csp.hci.ic.gov",
            dualStackSuffix: "api.aws.hci.ic.gov",
            regionPrefix: "us-isof-",
            regions: ["us-isof-east-1", "us-isof-south-1"]
        ),
    ]
}
