return await LiaisonHub.Desk.CountryProgram.Run(LiaisonHub.Adapters.XC.Xc.Country, args);
