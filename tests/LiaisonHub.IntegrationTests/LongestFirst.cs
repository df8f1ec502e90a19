using LiaisonHub.Tests;

[assembly: TestCollectionOrderer(typeof(LongestFirst))]
