using LiaisonHub.Desk;

return await CountryProgram.Run(LiaisonAdapter.ThisCountry.Country, args);
